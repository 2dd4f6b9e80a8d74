//! `POST /api/v1/console/workflows/:id/publish`: the draft goes live as a new version.

use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use engine::Host as _;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use workflows::Act;

#[http_service]
async fn workflow_publish(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::POST] };
    api::serve(endpoint, request, publish).await
}

async fn publish(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("workflows:write").await?.team;
    let id = call.workflow_id()?;
    let key = call.idempotency_key(&team).await?;
    let now = call.host.now();
    let published =
        workflows::change(call.host.store(), id, &team, &key.used, now, |_| Ok(Act::Publish))
            .await?;
    Ok(Reply::ok(&Envelope::one("Workflow published successfully", &published.shown_to(&team))))
}
