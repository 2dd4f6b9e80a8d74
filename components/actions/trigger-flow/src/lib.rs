//! `POST /api/v1/actions/trigger-flow`: starts a published flow for a contact (contract/actions-qyvo.md, section 6).

use actions::{NewSession, StartedView};
use api::{Call, Endpoint, Problem, Reply, Rule, Surface};
use conversation::TurnError;
use engine::{Key, Started, TriggerError, TriggerRequest};
use http::{Method, StatusCode};
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
    let wanted = fields::read(&body, |fields| NewSession::read(fields, "flow_id"))?;
    let NewSession { workflow, contact, context } = wanted;
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
    let (status, word) = match started.already_running {
        true => (StatusCode::OK, "already_running"),
        false => (StatusCode::CREATED, "started"),
    };
    let answer = StartedView {
        id: started.session,
        status: word,
        flow_id: workflow,
        flow_name: started.workflow_name.clone(),
        contact_id: started.contact,
    };
    Reply::json(status, &answer)
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
