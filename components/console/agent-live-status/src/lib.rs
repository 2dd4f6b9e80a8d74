//! `PATCH /api/v1/console/agents/:id/live-status`: whether an agent answers.

use agents::LiveStatus;
use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use engine::Host as _;
use fields::{Errors, Given};
use http::Method;
use serde_json::{Value, json};
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
    let (status, reason) = read(&call.json().await?)?;
    let key = call.idempotency_key(&team).await?;
    let now = call.host.now();
    let agent = agents::change(call.host.store(), id, &team, &key.used, |agent| {
        if agent.status == status && agent.status_reason == reason {
            return false;
        }
        agent.status = status;
        agent.status_reason.clone_from(&reason);
        agent.updated_at = now;
        true
    })
    .await?;
    let shown = json!({"status": agent.status, "status_reason": agent.status_reason});
    Ok(Reply::ok(&Envelope::one("Agent status updated successfully", &shown)))
}

/// The status, and its reason: one that is not given is none, since it belonged to the status before.
fn read(body: &Value) -> Result<(LiveStatus, Option<String>), Problem> {
    let errors = Errors::new();
    let fields = errors.body(body);
    let status = fields.one_of("status", &LiveStatus::NAMES);
    if matches!(fields.any("status"), Given::Absent | Given::Null) {
        fields.error("status", "required");
    }
    let reason = fields.text("status_reason", 500).value();
    let status = errors.into_result(status)?.value();
    let status = status.and_then(|name| LiveStatus::from_name(&name)).unwrap_or_default();
    Ok((status, reason))
}
