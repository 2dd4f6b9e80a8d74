//! `POST /api/v1/console/workflows/:id/validate`: what stands in the way of publishing the draft.

use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use workflows::ValidationView;

#[http_service]
async fn workflow_validate(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::POST] };
    api::serve(endpoint, request, validate).await
}

async fn validate(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("workflows:read").await?.team;
    let workflow = call.workflow(&team).await?;
    Ok(Reply::ok(&Envelope::one("Success", &ValidationView::of(workflow.issues()))))
}
