//! `GET, POST /api/v1/console/agents/:id/knowledge_bases`: what an agent knows besides its workflow.

use agents::{KnowledgeItem, KnowledgeKind};
use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use engine::Host as _;
use fields::{Errors, Given, Object};
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
    let wanted = read(&body)?;
    let Some(wanted) = wanted else {
        let message = "Knowledge bases of type url are not implemented: use type text.";
        return Err(Problem::NotImplemented(message.to_owned()));
    };
    let key = call.idempotency_key(&team).await?;
    let item = KnowledgeItem {
        id: key.id,
        kind: KnowledgeKind::Text,
        name: wanted.name,
        description: wanted.description,
        content: Some(wanted.content),
        created_at: call.host.now(),
    };
    let added = agents::add_knowledge(call.host.store(), agent.id, &item, &key.used).await?;
    Ok(Reply::created(&Envelope::one("Knowledge base created successfully", &added.shown())))
}

/// A text that an agent is to know.
struct Wanted {
    name: String,
    description: Option<String>,
    content: String,
}

/// The text of a body, or none if it is an address.
fn read(body: &Value) -> Result<Option<Wanted>, Problem> {
    let errors = Errors::new();
    let fields = errors.body(body);
    let kind = fields.one_of("type", &["text", "url"]);
    if matches!(fields.any("type"), Given::Absent | Given::Null) {
        fields.error("type", "required");
    }
    let name = fields.required_text("name", KnowledgeItem::MAX_NAME);
    let description = fields.text("description", KnowledgeItem::MAX_DESCRIPTION).value();
    let kind = kind.value();
    let content = match kind.as_deref() {
        Some("text") => text_content(&fields),
        Some(_) => {
            if !fields.given("url") {
                fields.error("url", "required");
            }
            let _ = fields.uri("url");
            String::new()
        }
        None => String::new(),
    };
    let is_text = kind.as_deref() == Some("text");
    errors.into_result(())?;
    Ok(is_text.then_some(Wanted { name, description, content }))
}

fn text_content(fields: &Object<'_, '_>) -> String {
    if fields.given("url") {
        fields.error("url", "must not be given with type text");
    }
    fields.required_text("content", KnowledgeItem::MAX_CONTENT)
}
