//! `GET, POST /api/v1/console/agents/:id/knowledge_bases`: what an agent knows besides its workflow.

use agents::{KnowledgeItem, KnowledgeKind, NewKnowledge};
use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use engine::Host as _;
use fields::Errors;
use http::Method;
use serde_json::Value;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn agent_knowledge_bases(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::GET, Method::POST] };
    api::serve(endpoint, request, async |call: &mut Call| {
        if call.method() == Method::GET { list(call).await } else { add(call).await }
    })
    .await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("agents:read").await?.team;
    let agent = call.agent(&team).await?;
    let knowledge = agents::knowledge(call.host.store(), agent.id).await?;
    let shown: Vec<Value> = knowledge.items.iter().map(KnowledgeItem::shown).collect();
    Ok(Reply::ok(&Envelope::one("Success", &shown)))
}

async fn add(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("agents:write").await?.team;
    let agent = call.agent(&team).await?;
    let body = call.json().await?;
    let errors = Errors::new();
    let wanted = NewKnowledge::read(&errors.body(&body));
    let wanted = errors.into_result(wanted)?;
    let Some(content) = wanted.content else {
        let message = "Knowledge bases of type url are not implemented: use type text.";
        return Err(Problem::NotImplemented(message.to_owned()));
    };
    let key = call.idempotency_key(&team).await?;
    let item = KnowledgeItem {
        id: key.id,
        kind: KnowledgeKind::Text,
        name: wanted.name,
        description: wanted.description,
        content: Some(content),
        created_at: call.host.now(),
    };
    let added = agents::add_knowledge(call.host.store(), agent.id, &item, &key.used).await?;
    Ok(Reply::created(&Envelope::one("Knowledge base created successfully", &added.shown())))
}
