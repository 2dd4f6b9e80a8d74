//! `POST` and `DELETE /conversations/:id/tags`: gives a conversation tags, or takes them (contract/trigger-pingmee.md,
//! section 3).

use api::{Call, Endpoint, Problem, Reply, Surface};
use conversation::{CaseChange, limits};
use engine::Host as _;
use http::Method;
use serde_json::json;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn conversation_tags(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Trigger, methods: &[Method::POST, Method::DELETE] };
    api::serve(endpoint, request, change).await
}

async fn change(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.cookie_principal("trigger").await?.team;
    let conversation = call.inbox_conversation(&team).await?;
    let told = inbox::read(&call.json().await?, inbox::read_tags)?;
    let mut ids = call.told(told, &conversation)?;
    let said = |ids: &[String], why: &str| -> Vec<String> {
        ids.iter().map(|id| format!("{id}: {why}")).collect()
    };
    if call.method() == Method::DELETE {
        let unknown = call.change_case(&conversation, &CaseChange::RemoveTags(ids)).await?;
        let errors = said(&unknown, "the conversation does not have it");
        return Ok(Reply::ok(&json!({"errors": errors})));
    }
    let unknown = inbox::unknown(call.host.store(), &team, &ids).await?;
    ids.retain(|id| !unknown.contains(id));
    let without_room = call.change_case(&conversation, &CaseChange::AssignTags(ids)).await?;
    let mut errors = said(&unknown, "no such tag");
    let most = format!("a conversation may have {} tags", limits::CASE_TAGS);
    errors.extend(said(&without_room, &most));
    Ok(Reply::ok(&json!({"errors": errors})))
}
