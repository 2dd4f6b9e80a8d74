//! `POST /conversation/tags`: defines a tag for conversations (contract/trigger-pingmee.md, section 3).

use api::{Call, Endpoint, Problem, Reply, Surface};
use engine::Host as _;
use http::{Method, StatusCode};
use inbox::Tag;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn new_conversation_tag(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Trigger, methods: &[Method::POST] };
    api::serve(endpoint, request, define).await
}

async fn define(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.cookie_principal("trigger").await?.team;
    let tag = inbox::read(&call.json().await?, Tag::read)?;
    let used = call.idempotency_key(&team).await?.used;
    inbox::define(call.host.store(), &team, &tag, &used).await?;
    Ok(Reply::json(StatusCode::OK, &tag))
}
