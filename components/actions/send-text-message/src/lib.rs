//! `POST /api/v1/actions/send-text-message`: sends a text to a phone (contract/actions-qyvo.md, section 6).

use actions::TextMessage;
use api::{Call, Endpoint, Problem, Reply, Surface};
use flow::Content;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn send_text_message(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, send).await
}

async fn send(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let TextMessage { phone, text } = fields::read(&call.json().await?, TextMessage::read)?;
    let account = call.whatsapp_account(&team).await?;
    call.send_message(&account, &phone, Content::Text { text }).await
}
