//! `GET /ops/conversations/:id`: everything that is stored of a conversation, for the operator.

use api::{Call, Endpoint, Problem, Reply, Surface};
use conversation::Conversation;
use engine::Host as _;
use http::Method;
use serde_json::{Value, json};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use store::keys;

#[http_service]
async fn conversation(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Ops, methods: &[Method::GET] };
    api::serve(endpoint, request, get).await
}

async fn get(call: &mut Call) -> Result<Reply, Problem> {
    call.admin().await?;
    let not_found = || Problem::NotFound("There is no conversation of this id.".to_owned());
    let id = call.id(2).ok_or_else(not_found)?;
    let key = keys::conversation(&id.to_string());
    let conversation: Option<Conversation> = call.host.store().read_json(&key).await?;
    Ok(Reply::ok(&shown(&conversation.ok_or_else(not_found)?)))
}

/// As it is stored, with the lists there when they are empty, and the log under its public name. Times are
/// milliseconds since 1970, as in the store.
fn shown(conversation: &Conversation) -> Value {
    let mut shown = json!(conversation);
    if let Value::Object(fields) = &mut shown {
        let messages = fields.remove("log").unwrap_or_else(|| json!([]));
        fields.insert("messages".to_owned(), messages);
        for list in ["sessions", "outbox"] {
            fields.entry(list).or_insert_with(|| json!([]));
        }
    }
    shown
}
