//! `GET, PATCH, DELETE /api/v1/console/workflows/:id`: one workflow.

use api::{Call, Endpoint, Envelope, Problem, Reply, Surface, apply_definition};
use engine::Host as _;
use fields::Errors;
use http::Method;
use serde_json::Value;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use workflows::{Act, WriteError};

#[http_service]
async fn workflow(request: Request) -> impl IntoResponse {
    let methods: &[Method] = &[Method::GET, Method::PATCH, Method::DELETE];
    let endpoint = Endpoint { surface: Surface::Console, methods };
    api::serve(endpoint, request, async |call: &mut Call| match *call.method() {
        Method::GET => get(call).await,
        Method::PATCH => update(call).await,
        _ => delete(call).await,
    })
    .await
}

async fn get(call: &mut Call) -> Result<Reply, Problem> {
    let principal = call.principal("workflows:read").await?;
    let workflow = call.workflow(&principal.team).await?;
    Ok(Reply::ok(&Envelope::one("Success", &workflow.shown_to(&principal.team))))
}

async fn update(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("workflows:write").await?.team;
    let id = call.workflow_id()?;
    // Found first: a body for another team's workflow is not judged.
    let mut draft = call.own_workflow(&team).await?.draft;
    let body = call.json().await?;
    let expected = expected_revision(&body)?;
    apply_definition(&mut draft, &body, false)?;
    let key = call.idempotency_key(&team).await?;
    let now = call.host.now();
    // Applied to what is there by then: another's change of other fields is kept. What was valid stays so, since
    // each field is replaced whole.
    let updated = workflows::change(call.host.store(), id, &team, &key.used, now, |workflow| {
        if expected.is_some_and(|expected| expected != workflow.revision) {
            return Err(WriteError::Stale(workflow.revision));
        }
        let before = workflow.draft.clone();
        let _ = apply_definition(&mut workflow.draft, &body, false);
        if workflow.draft == before {
            return Ok(Act::Nothing);
        }
        workflow.revision += 1;
        workflow.touch(now);
        Ok(if workflow.draft.publishes_itself() { Act::Publish } else { Act::Changed })
    })
    .await?;
    Ok(Reply::ok(&Envelope::one("Workflow updated successfully", &updated.shown_to(&team))))
}

fn expected_revision(body: &Value) -> Result<Option<u64>, Problem> {
    let errors = Errors::new();
    let expected = workflows::read_expected_revision(&errors.body(body));
    Ok(errors.into_result(expected)?)
}

async fn delete(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("workflows:write").await?.team;
    let id = call.workflow_id()?;
    let key = call.idempotency_key(&team).await?;
    let now = call.host.now();
    let store = call.host.store();
    let deleted = workflows::delete(store, id, &team, &key.used, now, async |workflow| {
        agents::users(store, workflow).await
    })
    .await?;
    workflows::delist(store, &deleted).await?;
    Ok(Reply::ok(&Envelope::one("Workflow deleted successfully", &Value::Null)))
}
