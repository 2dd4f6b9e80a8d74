//! `POST /conversations/:id/status`: says whether a conversation is done (contract/trigger-pingmee.md, section 3).

use api::{Call, Endpoint, Problem, Reply, Surface};
use conversation::CaseChange;
use http::Method;
use serde_json::json;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn conversation_status(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Trigger, methods: &[Method::POST] };
    api::serve(endpoint, request, set).await
}

async fn set(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.cookie_principal("trigger").await?.team;
    let conversation = call.inbox_conversation(&team).await?;
    let told = inbox::read(&call.json().await?, inbox::read_status)?;
    let status = call.told(told, &conversation)?;
    call.change_case(&conversation, &CaseChange::Status(status)).await?;
    Ok(Reply::ok(&json!("success")))
}
