//! `GET, PATCH, DELETE /api/v1/console/agents/:id`: one agent.

use agents::AgentDetailView;
use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use engine::Host as _;
use fields::Errors;
use http::Method;
use serde_json::Value;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn agent(request: Request) -> impl IntoResponse {
    let methods: &[Method] = &[Method::GET, Method::PATCH, Method::DELETE];
    let endpoint = Endpoint { surface: Surface::Console, methods };
    api::serve(endpoint, request, async |call: &mut Call| match *call.method() {
        Method::GET => get(call).await,
        Method::PATCH => update(call).await,
        _ => delete(call).await,
    })
    .await
}

async fn get(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("agents:read").await?.team;
    let agent = call.agent(&team).await?;
    let store = call.host.store();
    let knowledge = agents::knowledge(store, agent.id).await?;
    let channels = agents::channels(store, &agent).await?;
    let shown = AgentDetailView::of(&agent, &knowledge.items, &channels);
    Ok(Reply::ok(&Envelope::one("Success", &shown)))
}

async fn update(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("agents:write").await?.team;
    // Found first: a body for another team's agent is not judged.
    let before = call.agent(&team).await?;
    let body = call.json().await?;
    let errors = Errors::new();
    let source = agents::read_change(&errors.body(&body), &mut before.profile.clone());
    let source = errors.into_result(source)?;
    let source = source.map(|id| id.parse().map_err(|_| agents::WriteError::WorkflowNotFound));
    let source = source.transpose()?;
    let key = call.idempotency_key(&team).await?;
    let now = call.host.now();
    // Applied to what is there by then: another's change of other fields is kept.
    let updated = agents::update(call.host.store(), &before, source, &key.used, now, |profile| {
        profile.apply(&Errors::new().body(&body), false);
    })
    .await?;
    Ok(Reply::ok(&Envelope::one("Agent updated successfully", &updated.shown())))
}

async fn delete(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("agents:write").await?.team;
    let id = call.agent_id()?;
    let key = call.idempotency_key(&team).await?;
    agents::delete(call.host.store(), id, &team, &key.used, call.host.now()).await?;
    Ok(Reply::ok(&Envelope::one("Agent deleted successfully", &Value::Null)))
}
