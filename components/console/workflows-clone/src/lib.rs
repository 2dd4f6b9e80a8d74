//! `POST /api/v1/console/workflows/clone`: a copy of a workflow that the team may read, as the team's own.

use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use engine::Host as _;
use fields::Errors;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use uuid::Uuid;

#[http_service]
async fn workflows_clone(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::POST] };
    api::serve(endpoint, request, clone).await
}

async fn clone(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("workflows:write").await?.team;
    let body = call.json().await?;
    let errors = Errors::new();
    let source = workflows::read_source(&errors.body(&body));
    errors.into_result(())?;
    let not_found = || Problem::NotFound("Workflow not found".to_owned());
    let source: Uuid = source.parse().map_err(|_| not_found())?;
    let source = workflows::load(call.host.store(), source).await?;
    let source = source.filter(|source| source.is_readable_by(&team)).ok_or_else(not_found)?;
    let key = call.idempotency_key(&team).await?;
    let now = call.host.now();
    let copy =
        workflows::create(call.host.store(), key.id, &team, &source.draft, &key.used, now).await?;
    Ok(Reply::created(&Envelope::one("Workflow cloned successfully", &copy.shown_to(&team))))
}
