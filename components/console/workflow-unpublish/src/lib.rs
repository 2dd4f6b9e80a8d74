//! `POST /api/v1/console/workflows/:id/unpublish`: it cannot be started any more; sessions that run go on.

use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use engine::Host as _;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn workflow_unpublish(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::POST] };
    api::serve(endpoint, request, unpublish).await
}

async fn unpublish(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("workflows:write").await?.team;
    let id = call.workflow_id()?;
    let key = call.idempotency_key(&team).await?;
    let now = call.host.now();
    let unpublished =
        workflows::change_head(call.host.store(), id, Some(&team), &key.used, |workflow| {
            workflow.unpublish(now)
        })
        .await?;
    Ok(Reply::ok(&Envelope::one("Workflow unpublished successfully", &unpublished.shown_to(&team))))
}
