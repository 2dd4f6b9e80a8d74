//! `PATCH, DELETE /api/v1/console/agents/:id/knowledge_bases/:kb`: one thing that an agent knows.

use agents::{KnowledgeItem, WriteError};
use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use engine::Host as _;
use fields::{Errors, Given};
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
    let change = read(&body)?;
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

/// What is to change of a text.
struct Changes {
    name: Given<String>,
    description: Given<String>,
    content: Given<String>,
}

impl Changes {
    fn apply(&self, item: &mut KnowledgeItem) {
        if let Given::Value(name) = &self.name {
            name.clone_into(&mut item.name);
        }
        self.description.clone().put(&mut item.description);
        self.content.clone().put(&mut item.content);
    }
}

fn read(body: &Value) -> Result<Changes, Problem> {
    let errors = Errors::new();
    let fields = errors.body(body);
    let changes = Changes {
        name: fields.filled_text("name", KnowledgeItem::MAX_NAME),
        description: fields.text("description", KnowledgeItem::MAX_DESCRIPTION),
        content: fields.filled_text("content", KnowledgeItem::MAX_CONTENT),
    };
    if fields.given("url") {
        fields.error("url", "must not be given with type text");
    }
    Ok(errors.into_result(changes)?)
}
