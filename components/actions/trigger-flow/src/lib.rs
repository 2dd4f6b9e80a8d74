//! `POST /api/v1/actions/trigger-flow`: starts a published flow for a contact (contract/actions-qyvo.md, section 6).

use api::{Call, Endpoint, Problem, Reply, Rule, Surface, read_context};
use conversation::TurnError;
use engine::{ContactRef, Key, Started, TriggerError, TriggerRequest};
use fields::{Errors, FieldError};
use http::Method;
use serde_json::{Map, Value, json};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use uuid::Uuid;

#[http_service]
async fn trigger_flow(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, trigger).await
}

async fn trigger(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let body = call.json().await?;
    let (workflow, contact, context) = read(&body)?;
    let key = call.idempotency_header()?.map(str::to_owned);
    let route = call.route();
    let raw = call.raw().await?.to_vec();
    let request = TriggerRequest {
        team: &team,
        workflow,
        contact,
        account: None,
        start_at: None,
        context,
        key: key.as_deref().map(|key| Key { key, route: &route, body: &raw }),
    };
    let started = api::engine(&call.host).await.trigger(&request).await.map_err(problem)?;
    let reply = answer(workflow, &started);
    call.deliver_later(vec![started.committed]);
    Ok(reply)
}

fn answer(workflow: Uuid, started: &Started) -> Reply {
    let status = if started.already_running { "already_running" } else { "started" };
    let body = json!({
        "id": started.session,
        "status": status,
        "flow_id": workflow,
        "flow_name": started.workflow_name,
        "contact_id": started.contact,
    });
    if started.already_running { Reply::ok(&body) } else { Reply::created(&body) }
}

type Wanted = (Uuid, ContactRef, Map<String, Value>);

fn read(body: &Value) -> Result<Wanted, Vec<FieldError>> {
    let errors = Errors::new();
    let fields = errors.body(body);
    let workflow = fields.required_uuid("flow_id");
    let contact = ContactRef::read(&fields);
    let context = read_context(&fields, "context");
    let none = || vec![FieldError::new("", "must be an object")];
    let read = errors.into_result((workflow, contact))?;
    let (Some(workflow), Some(contact)) = read else { return Err(none()) };
    Ok((workflow, contact, context))
}

fn problem(error: TriggerError) -> Problem {
    match error {
        TriggerError::WorkflowNotFound => {
            Problem::NotFound("Flow not found or not published".to_owned())
        }
        TriggerError::ContactNotFound => Problem::NotFound("Contact not found".to_owned()),
        TriggerError::NoEntry => Problem::rule("Flow has no entry node"),
        TriggerError::NoPhone => Problem::rule("Contact has no phone number"),
        TriggerError::NoAccount => Problem::rule("No WhatsApp account configured"),
        TriggerError::OptedOut => {
            Problem::Rule(Rule::new("opted_out", "Contact has opted out of messages"))
        }
        TriggerError::Turn(TurnError::KeyReused) => Problem::key_reused(),
        TriggerError::Turn(TurnError::Unavailable) => Problem::Internal(error.to_string()),
        TriggerError::Turn(error) => Problem::rule(error.to_string()),
        TriggerError::Engine(error) => error.into(),
    }
}
