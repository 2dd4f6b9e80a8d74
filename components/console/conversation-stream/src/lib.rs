//! `GET /api/v1/console/agents/:id/conversations/:id/stream`: the conversation's messages as server-sent events, as they
//! are said.

use api::{Call, Endpoint, Problem, Reply, Surface};
use console::MessageView;
use conversation::{Conversation, Message};
use engine::Host as _;
use http::{Method, header};
use serde_json::{Value, json};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use store::keys;
use uuid::Uuid;

/// Where the conversation's id is in the path.
const ID: usize = 6;

#[http_service]
async fn conversation_stream(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::GET] };
    api::serve(endpoint, request, open).await
}

async fn open(call: &mut Call) -> Result<Reply, Problem> {
    let (agent, id) = (call.agent_id()?, call.id(ID).ok_or_else(not_found)?);
    call.use_ticket(call.query("ticket").as_deref(), agent, id).await?;
    let key = keys::conversation(&id.to_string());
    let conversation: Option<Conversation> = call.host.store().read_json(&key).await?;
    let conversation = conversation.filter(|found| found.agent == Some(agent));
    let events = call.stream(&conversation.ok_or_else(not_found)?, show).await?;
    // Whoever has a ticket may read, from any page: it is what lets in, not a cookie.
    Ok(events.with_header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
}

fn show(conversation: Uuid, message: &Message) -> Value {
    let shown = MessageView::of(conversation, message);
    json!({
        "id": shown.id,
        "conversation_id": shown.conversation_id,
        "role": shown.role,
        "message": shown.message,
        "message_type": shown.message_type,
        "created_at": shown.created_at,
    })
}

fn not_found() -> Problem {
    Problem::NotFound("Conversation not found".to_owned())
}
