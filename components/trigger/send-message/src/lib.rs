//! `POST /sendMessage`: sends what a person of the team writes (contract/trigger-pingmee.md, section 4).

use api::{Call, Endpoint, Problem, Reply, Surface, failure};
use engine::{Host as _, Ordered};
use fields::FieldError;
use flow::Content;
use http::Method;
use inbox::NewMessage;
use serde_json::json;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use teams::Account;

#[http_service]
async fn send_message(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Trigger, methods: &[Method::POST] };
    api::serve(endpoint, request, send).await
}

async fn send(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.cookie_principal("trigger").await?.team;
    let new = inbox::read(&call.json().await?, NewMessage::read)?;
    let account = account(call, &team, &new.participants.account).await?;
    let answers = answered(call, &team, &new).await?;
    let content = Content::Text { text: new.message };
    let address = &new.participants.address;
    let ordered = call.order(&account, address, content, answers.as_deref()).await?;
    let Ordered { message: id, committed, .. } = ordered;
    let failed = committed.conversation.message(id).and_then(failure);
    call.deliver_later(vec![committed]);
    match failed {
        Some(problem) => Err(problem),
        None => Ok(Reply::ok(&json!({"temporaryMessageId": id, "message_generated_id": id}))),
    }
}

async fn account(call: &Call, team: &str, sender: &str) -> Result<Account, Problem> {
    let account = api::engine(&call.host).await.sending_account(team, Some(sender)).await?;
    let unknown = || vec![FieldError::new("/sender", "no such WhatsApp account")];
    account.ok_or_else(|| unknown().into())
}

/// WhatsApp's id of the message that the new one answers.
async fn answered(call: &Call, team: &str, new: &NewMessage) -> Result<Option<String>, Problem> {
    let Some(id) = &new.answers else { return Ok(None) };
    let found = inbox::answered(call.host.store(), team, &new.participants, id).await?;
    let unknown = || vec![FieldError::new("/context/id", "no such message in the conversation")];
    found.map(Some).ok_or_else(|| unknown().into())
}
