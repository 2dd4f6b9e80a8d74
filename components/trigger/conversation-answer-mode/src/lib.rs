//! `POST /conversations/:id/answer-mode`: says who answers (contract/trigger-pingmee.md, section 3).

use api::{Call, Endpoint, Problem, Reply, Surface, words_problem};
use http::Method;
use serde_json::json;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn conversation_answer_mode(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Trigger, methods: &[Method::POST] };
    api::serve(endpoint, request, set).await
}

async fn set(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.cookie_principal("trigger").await?.team;
    let conversation = call.inbox_conversation(&team).await?;
    let told = inbox::read(&call.json().await?, inbox::read_answer_mode)?;
    let mode = call.told(told, &conversation)?;
    let used = call.idempotency_key(&team).await?.used;
    let engine = api::engine(&call.host).await;
    let answered = engine.answer_by(&conversation, mode, &used).await;
    drop(engine);
    call.deliver_later(vec![answered.map_err(words_problem)?]);
    Ok(Reply::ok(&json!("success")))
}
