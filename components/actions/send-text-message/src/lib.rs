//! `POST /api/v1/actions/send-text-message`: sends a text to a phone (contract/actions-qyvo.md, section 6).

use api::{Call, Endpoint, Problem, Reply, Surface, read_phone};
use conversation::E164;
use fields::{Errors, FieldError};
use flow::Content;
use flow::limits::MAX_TEXT_CHARS;
use http::Method;
use serde_json::Value;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn send_text_message(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, send).await
}

async fn send(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let (phone, text) = read(&call.json().await?)?;
    let account = call.whatsapp_account(&team).await?;
    call.send_message(&account, &phone, Content::Text { text }).await
}

fn read(body: &Value) -> Result<(E164, String), Vec<FieldError>> {
    let errors = Errors::new();
    let fields = errors.body(body);
    let phone = read_phone(&fields);
    let text = fields.required_text("message", MAX_TEXT_CHARS);
    let phone = errors.into_result(phone)?;
    Ok((phone.ok_or_else(|| vec![FieldError::new("/phone", "required")])?, text))
}
