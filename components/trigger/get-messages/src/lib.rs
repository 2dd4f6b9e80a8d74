//! `POST /getMessages`: the messages of a conversation (contract/trigger-pingmee.md, section 4).

use api::{Call, Endpoint, Problem, Reply, Surface, conversation_not_found};
use engine::Host as _;
use http::{Method, StatusCode};
use inbox::MessagesRequest;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn get_messages(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Trigger, methods: &[Method::POST] };
    api::serve(endpoint, request, get).await
}

async fn get(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.cookie_principal("trigger").await?.team;
    let wanted = inbox::read(&call.json().await?, MessagesRequest::read)?;
    let page = inbox::messages(call.host.store(), &team, &wanted).await?;
    Ok(Reply::json(StatusCode::OK, &page.ok_or_else(conversation_not_found)?))
}
