//! `PATCH /api/v1/console/agents/:id/live-status`: whether an agent answers.

use agents::StatusView;
use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use engine::Host as _;
use fields::Errors;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn agent_live_status(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::PATCH] };
    api::serve(endpoint, request, set).await
}

async fn set(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("agents:write").await?.team;
    let id = call.agent(&team).await?.id;
    let body = call.json().await?;
    let errors = Errors::new();
    let read = agents::read_status(&errors.body(&body));
    let (status, reason) = errors.into_result(read)?;
    let key = call.idempotency_key(&team).await?;
    let now = call.host.now();
    let agent = agents::change(call.host.store(), id, &team, &key.used, |agent| {
        if agent.status == status && agent.status_reason == reason {
            return false;
        }
        agent.status = status;
        agent.status_reason.clone_from(&reason);
        agent.touch(now);
        true
    })
    .await?;
    let shown = StatusView::of(&agent);
    Ok(Reply::ok(&Envelope::one("Agent status updated successfully", &shown)))
}
