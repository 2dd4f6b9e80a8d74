//! `GET /api/v1/console/agents/:id/calls/:id`: one phone call, with what was said in it.

use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use console::{CallView, LogReader};
use engine::Host as _;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

/// Where the call's id is in the path.
const ID: usize = 6;

#[http_service]
async fn call(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::GET] };
    api::serve(endpoint, request, get).await
}

async fn get(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("conversations:read").await?.team;
    let agent = call.agent(&team).await?;
    let not_found = || Problem::NotFound("Call not found".to_owned());
    let id = call.id(ID).ok_or_else(not_found)?;
    let store = call.host.store();
    let found = console::find_call(store, agent.id, id).await?.ok_or_else(not_found)?;
    let known = found.phone_call(id).ok_or_else(not_found)?;
    let log = LogReader::new(store, &found);
    let last = known.last.unwrap_or(found.sequence);
    let said = log.range(known.after + 1, last).await?;
    let shown = CallView::of(&found, known).with(&found, known, &said);
    Ok(Reply::ok(&Envelope::one("Success", &shown)))
}
