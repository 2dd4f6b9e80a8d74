//! `GET /ops/outbox?state=failed`: what could not be sent, for the operator.

use api::{Call, Endpoint, Problem, Reply, Surface};
use engine::Host as _;
use fields::FieldError;
use http::Method;
use serde_json::json;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use teams::team_name_is_valid;

#[http_service]
async fn outbox(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Ops, methods: &[Method::GET] };
    api::serve(endpoint, request, list).await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    call.admin().await?;
    let mut errors = Vec::new();
    if call.query("state").as_deref() != Some("failed") {
        errors.push(FieldError::new("/state", "required: failed, the only state that is listed"));
    }
    let team = call.query("team");
    if team.as_deref().is_some_and(|team| !team_name_is_valid(team)) {
        errors.push(FieldError::new("/team", "must be the name of a team"));
    }
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let failures = polling::failures(call.host.store(), team.as_deref()).await?;
    Ok(Reply::ok(&json!({ "messages": failures })))
}
