//! `POST` and `DELETE /conversations/:id/agents`: says whose a conversation is (contract/trigger-pingmee.md, section 3).

use api::{Call, Endpoint, Problem, Reply, Surface};
use conversation::CaseChange;
use http::Method;
use serde_json::json;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn conversation_agents(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Trigger, methods: &[Method::POST, Method::DELETE] };
    api::serve(endpoint, request, change).await
}

async fn change(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.cookie_principal("trigger").await?.team;
    let conversation = call.inbox_conversation(&team).await?;
    let told = inbox::read(&call.json().await?, inbox::read_agents)?;
    let ids = call.told(told, &conversation)?;
    let change = match *call.method() {
        Method::DELETE => CaseChange::RemoveAgents(ids),
        _ => CaseChange::AssignAgents(ids),
    };
    call.change_case(&conversation, &change).await?;
    Ok(Reply::ok(&json!({})))
}
