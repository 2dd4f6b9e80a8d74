//! `POST /workflows/:workflow_id/trigger`: starts a workflow for a conversation (contract/trigger-pingmee.md).

use ::trigger::{TriggeredView, WorkflowTrigger};
use api::{Call, Endpoint, Problem, Reply, Surface};
use conversation::TurnError;
use engine::{ContactRef, Key, TriggerError, TriggerRequest};
use http::{Method, StatusCode};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn workflow_trigger(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Trigger, methods: &[Method::POST] };
    api::serve(endpoint, request, trigger).await
}

async fn trigger(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.cookie_principal("trigger").await?.team;
    let wanted = fields::read(&call.json().await?, WorkflowTrigger::read)?;
    // What is no id names no workflow.
    let workflow = call.id(1).ok_or_else(|| problem(TriggerError::WorkflowNotFound))?;
    let key = call.idempotency_header()?.map(str::to_owned);
    let route = call.route();
    let raw = call.raw().await?.to_vec();
    let request = TriggerRequest {
        team: &team,
        workflow,
        kind: None,
        contact: ContactRef::Phone(wanted.customer),
        account: Some(&wanted.account),
        start_at: wanted.start_at,
        context: wanted.context,
        key: key.as_deref().map(|key| Key { key, route: &route, body: &raw }),
    };
    let started = api::engine(&call.host).await.trigger(&request).await.map_err(problem)?;
    call.deliver_later(vec![started.committed]);
    Ok(Reply::json(StatusCode::OK, &TriggeredView { ok: true }))
}

/// The surface declares 400 and 401 only.
fn problem(error: TriggerError) -> Problem {
    let message = match error {
        TriggerError::WorkflowNotFound => "Workflow not found or not published".to_owned(),
        TriggerError::NoEntry => "Flow has no entry node".to_owned(),
        TriggerError::NoAccount => "phoneNumberId: no such WhatsApp account".to_owned(),
        TriggerError::OptedOut => "The customer has opted out of messages".to_owned(),
        TriggerError::ContactNotFound | TriggerError::NoPhone => {
            "customerPhoneNumberId: no such customer".to_owned()
        }
        TriggerError::Turn(TurnError::UnknownNode(node)) => {
            format!("startFromNodeId: the published version has no node {node:?}")
        }
        TriggerError::Turn(TurnError::KeyReused) => return Problem::key_reused(),
        TriggerError::Turn(TurnError::Unavailable) => return Problem::Internal(error.to_string()),
        TriggerError::Turn(error) => error.to_string(),
        TriggerError::Engine(error) => return error.into(),
    };
    Problem::rule(message)
}
