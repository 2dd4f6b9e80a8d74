//! `GET /api/v1/console/workflows/:id/versions/:version`: what was published then.

use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use engine::Host as _;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

/// Where the version is in the path.
const VERSION: usize = 6;

#[http_service]
async fn workflow_version(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::GET] };
    api::serve(endpoint, request, get).await
}

async fn get(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("workflows:read").await?.team;
    let workflow = call.own_workflow(&team).await?;
    let wanted = call.segment(VERSION).into_owned();
    let not_found = || Problem::NotFound(format!("Workflow version {wanted} not found"));
    let version: u32 = wanted.parse().map_err(|_| not_found())?;
    let mut releases = workflow.releases.iter();
    let release = releases.find(|release| release.version == version).ok_or_else(not_found)?;
    let definition = workflows::version(call.host.store(), &workflow, version).await?;
    let mut shown = workflow.shown_release(release);
    shown["definition"] = workflows::shown_definition(&definition.ok_or_else(not_found)?);
    Ok(Reply::ok(&Envelope::one("Success", &shown)))
}
