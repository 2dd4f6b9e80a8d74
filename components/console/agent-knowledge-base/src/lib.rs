//! `PATCH, DELETE /api/v1/console/agents/:id/knowledge_bases/:kb`: one thing that an agent knows.

use agents::{KnowledgeChange, WriteError};
use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use engine::Host as _;
use fields::Errors;
use http::Method;
use serde_json::Value;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use uuid::Uuid;

/// Where the knowledge base's id is in the path.
const ID: usize = 6;

#[http_service]
async fn agent_knowledge_base(request: Request) -> impl IntoResponse {
    let endpoint =
        Endpoint { surface: Surface::Console, methods: &[Method::PATCH, Method::DELETE] };
    api::serve(endpoint, request, async |call: &mut Call| {
        if call.method() == Method::PATCH { update(call).await } else { delete(call).await }
    })
    .await
}

fn id(call: &Call) -> Result<Uuid, WriteError> {
    call.id(ID).ok_or(WriteError::KnowledgeNotFound)
}

async fn update(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("agents:write").await?.team;
    let agent = call.agent(&team).await?.id;
    let id = id(call)?;
    // Found first: a body for what is not there is not judged.
    let knowledge = agents::knowledge(call.host.store(), agent).await?;
    if !knowledge.items.iter().any(|item| item.id == id) {
        return Err(WriteError::KnowledgeNotFound.into());
    }
    let body = call.json().await?;
    let errors = Errors::new();
    let change = KnowledgeChange::read(&errors.body(&body));
    let change = errors.into_result(change)?;
    let key = call.idempotency_key(&team).await?;
    let store = call.host.store();
    let changed = agents::change_knowledge(store, agent, id, &key.used, |item| {
        let before = item.clone();
        change.apply(item);
        *item != before
    })
    .await?;
    Ok(Reply::ok(&Envelope::one("Knowledge base updated successfully", &changed.shown())))
}

async fn delete(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("agents:write").await?.team;
    let agent = call.agent(&team).await?.id;
    let id = id(call)?;
    let key = call.idempotency_key(&team).await?;
    agents::remove_knowledge(call.host.store(), agent, id, &key.used).await?;
    Ok(Reply::ok(&Envelope::one("Knowledge base deleted successfully", &Value::Null)))
}
