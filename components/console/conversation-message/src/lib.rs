//! `GET /api/v1/console/agents/:id/conversations/:id/messages/:id`: one message.

use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use console::{LogReader, MessageView};
use engine::Host as _;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

/// Where the message's id is in the path.
const ID: usize = 8;

#[http_service]
async fn conversation_message(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::GET] };
    api::serve(endpoint, request, get).await
}

async fn get(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("conversations:read").await?.team;
    let agent = call.agent(&team).await?;
    let conversation = call.conversation(&agent).await?;
    let not_found = || Problem::NotFound("Message not found".to_owned());
    let id = call.id(ID).ok_or_else(not_found)?;
    let log = LogReader::new(call.host.store(), &conversation);
    let message = log.find(id).await?.ok_or_else(not_found)?;
    Ok(Reply::ok(&Envelope::one("Success", &MessageView::of(conversation.id, &message))))
}
