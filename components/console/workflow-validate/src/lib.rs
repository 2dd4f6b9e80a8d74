//! `POST /api/v1/console/workflows/:id/validate`: what stands in the way of publishing the draft.

use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use flow::Severity;
use http::Method;
use serde_json::json;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn workflow_validate(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::POST] };
    api::serve(endpoint, request, validate).await
}

async fn validate(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("workflows:read").await?.team;
    let workflow = call.workflow(&team).await?;
    let issues = workflow.issues();
    let valid = issues.iter().all(|issue| issue.severity != Severity::Error);
    Ok(Reply::ok(&Envelope::one("Success", &json!({"valid": valid, "issues": issues}))))
}
