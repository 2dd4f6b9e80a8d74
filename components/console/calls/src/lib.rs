//! `GET, POST /api/v1/console/agents/:id/calls`: an agent's phone calls, and one more.

use std::rc::Rc;
use std::time::Duration;

use api::{Call, Endpoint, Envelope, PageQuery, Problem, Reply, Surface};
use console::{CallFilter, NewCall, call_status};
use conversation::{Conversation, PhoneCallStatus, TurnError};
use engine::{Host as _, Key, WordsError};
use fields::{Errors, FieldError};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use uuid::Uuid;

/// How long an answer waits until the provider has taken the call, or refused it.
const WITHIN: Duration = Duration::from_secs(10);
/// What the list can be sorted by; `created_at` is what the contract's other lists call it.
const SORTABLE: &[&str] = &["created_at", "created_on"];
const STATUSES: &str = "queued, ringing, answered, ended, busy, failed or cancelled";

#[http_service]
async fn calls(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::GET, Method::POST] };
    api::serve(endpoint, request, async |call: &mut Call| {
        if call.method() == Method::GET { list(call).await } else { make(call).await }
    })
    .await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("conversations:read").await?.team;
    let agent = call.agent(&team).await?;
    let query = PageQuery::read(call, SORTABLE)?;
    let mut errors = Vec::new();
    let test = match call.query("is_test_call").as_deref() {
        None => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => {
            errors.push(FieldError::new("/is_test_call", "must be true or false"));
            None
        }
    };
    let status = call.query("status").and_then(|name| {
        let status = call_status(&name);
        if status.is_none() {
            errors.push(FieldError::new("/status", format!("must be {STATUSES}")));
        }
        status
    });
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let oldest_first = matches!(&query.sort, Some((_, false)));
    let filter = CallFilter { search: query.search.clone(), test, status, oldest_first };
    let place = (query.page, query.limit);
    let (calls, total) = console::list_calls(call.host.store(), agent.id, &filter, place).await?;
    Ok(Reply::ok(&Envelope::page("Success", &calls, &query, total)))
}

async fn make(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("conversations:write").await?.team;
    let agent = call.agent(&team).await?;
    let body = call.json().await?;
    let errors = Errors::new();
    let wanted = NewCall::read(&errors.body(&body));
    errors.into_result(())?;
    let key = call.idempotency_header()?.map(str::to_owned);
    let (route, raw) = (call.route(), call.raw().await?.to_vec());
    let key = key.as_deref().map(|key| Key { key, route: &route, body: &raw });
    let host = Rc::clone(&call.host);
    let whom = (wanted.destination.as_str(), wanted.is_test_call);
    let made = api::engine(&host).await.call_contact(&agent, whom, key.as_ref()).await;
    let (id, committed) = match made {
        Ok(made) => made,
        Err(WordsError::Turn(busy @ TurnError::Busy)) => {
            return Ok(answer(&json!({"status": "busy", "detail": busy.to_string()})));
        }
        Err(error) => return Err(api::words_problem(error)),
    };
    let before = committed.conversation.clone();
    let conversation = call.deliver_now(committed, WITHIN).await.unwrap_or(before);
    Ok(shown(&conversation, id))
}

fn shown(conversation: &Conversation, id: Uuid) -> Reply {
    let call = conversation.phone_call(id);
    let status = match call.map(|call| call.status) {
        Some(PhoneCallStatus::Busy) => "busy",
        Some(PhoneCallStatus::Failed | PhoneCallStatus::Cancelled) => "failed",
        _ => "initiated",
    };
    let error = call.and_then(|call| call.error.as_ref());
    let mut data = json!({"status": status, "call_id": id});
    if let Some(error) = error {
        data["detail"] = json!(error.message);
    }
    answer(&data)
}

fn answer(data: &Value) -> Reply {
    Reply::json(StatusCode::CREATED, &Envelope::one("Success", data))
}
