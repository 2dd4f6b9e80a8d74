//! `POST /webhook`: who is told of messages, or of new conversations (contract/trigger-pingmee.md, section 6).

use api::{Call, Endpoint, Problem, Reply, Surface};
use http::{HeaderName, Method};
use serde_json::json;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use webhooks::NewWebhook;

/// The body has the id only: what signs the notices is here, once.
const SECRET: HeaderName = HeaderName::from_static("x-webhook-secret");

#[http_service]
async fn webhook(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Trigger, methods: &[Method::POST] };
    api::serve(endpoint, request, create).await
}

async fn create(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.cookie_principal("trigger").await?.team;
    let new = NewWebhook::of(&call.json().await?, NewWebhook::read_trigger)?;
    let (webhook, secret) = call.create_webhook(&team, new).await?;
    Ok(Reply::ok(&json!({"id": webhook.id})).with_header(SECRET, &secret))
}
