//! `PATCH /api/v1/console/agents/:id/conversations/:id/ai-status`: takes a conversation over from the AI, or gives it back.

use api::{Call, Endpoint, Envelope, Problem, Reply, Surface, words_problem};
use console::AiStatus;
use fields::Errors;
use http::Method;
use serde_json::json;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn conversation_ai_status(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::PATCH] };
    api::serve(endpoint, request, set).await
}

async fn set(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("conversations:write").await?.team;
    let agent = call.agent(&team).await?;
    let conversation = call.conversation(&agent).await?.id;
    let body = call.json().await?;
    let errors = Errors::new();
    let status = AiStatus::read(&errors.body(&body));
    errors.into_result(())?;
    let used = call.idempotency_key(&team).await?.used;
    let engine = api::engine(&call.host).await;
    let paused = engine.pause(&agent, conversation, status.is_ai_chat_paused, &used).await;
    drop(engine);
    let committed = paused.map_err(words_problem)?;
    let data = json!({"is_ai_chat_paused": committed.conversation.paused});
    call.deliver_later(vec![committed]);
    Ok(Reply::ok(&Envelope::one("AI status updated successfully", &data)))
}
