//! `GET /ops/conversations/:id`: everything that is stored of a conversation, for the operator.

use api::{Call, Endpoint, Problem, Reply, Surface};
use conversation::Conversation;
use engine::Host as _;
use http::Method;
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
    let conversation = conversation.ok_or_else(not_found)?;
    Ok(Reply::json(http::StatusCode::OK, &conversation))
}
