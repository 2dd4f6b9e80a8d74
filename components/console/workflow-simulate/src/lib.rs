//! `POST /api/v1/console/workflows/:id/simulate`: one turn of a workflow, with nothing stored, sent or called. The client
//! keeps the state, and carries out effects or makes their results up.

use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use engine::Host as _;
use fields::{Errors, FieldError};
use flow::{Program, Severity};
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use workflows::{
    Definition, MAX_DEFINITION_BYTES, NotPublishable, Simulated, Simulation, Workflow, WriteError,
};

#[http_service]
async fn workflow_simulate(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::POST] };
    api::serve(endpoint, request, simulate).await
}

async fn simulate(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("workflows:read").await?.team;
    let workflow = call.workflow(&team).await?;
    let body = call.json().await?;
    let errors = Errors::new();
    let object = errors.body(&body);
    let simulation = Simulation::read(&object, call.host.now());
    let source = Simulated::read(&object);
    errors.into_result(())?;
    let program = program(call, &workflow, source).await?;
    let (state, step) =
        workflows::simulate(call.host.store(), &team, &program, &simulation).await?;
    Ok(Reply::ok(&Envelope::one("Success", &workflows::shown(&state, &step))))
}

async fn program(call: &Call, workflow: &Workflow, source: Simulated) -> Result<Program, Problem> {
    match source {
        Simulated::Draft => compile(&workflow.draft, ""),
        Simulated::Definition(definition) => {
            let bytes = serde_json::to_vec(&definition).map_or(usize::MAX, |json| json.len());
            if bytes > MAX_DEFINITION_BYTES {
                return Err(too_large(bytes));
            }
            compile(&definition, "/definition")
        }
        Simulated::Version(version) => {
            let found = workflows::version(call.host.store(), workflow, version).await?;
            let unknown = || Problem::NotFound(format!("Workflow version {version} not found"));
            compile(&found.ok_or_else(unknown)?, "")
        }
    }
}

fn too_large(bytes: usize) -> Problem {
    let message = format!("takes {bytes} bytes as JSON; it may take {MAX_DEFINITION_BYTES}");
    vec![FieldError::new("/definition", message)].into()
}

/// # Errors
/// What stands in the way of publishing it, as publishing says it, under the place `at` of the body.
fn compile(definition: &Definition, at: &str) -> Result<Program, Problem> {
    flow::compile(definition.parts()).map_err(|mut issues| {
        issues.retain(|issue| issue.severity == Severity::Error);
        for issue in &mut issues {
            issue.path.insert_str(0, at);
        }
        WriteError::NotPublishable(NotPublishable(issues)).into()
    })
}
