//! `GET /api/v1/triggers/new-flow-triggered`: the newest sessions of flows (contract/actions-qyvo.md, sections 5 and 6).

use api::{Call, Endpoint, Problem, Reply, Surface};
use engine::Host as _;
use http::{Method, StatusCode};
use polling::OfFlow;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn new_flow_triggered(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::GET] };
    api::serve(endpoint, request, list).await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let flow = call.id_filter("flow_id")?;
    let (store, now) = (call.host.store(), call.host.now());
    let found = polling::sessions::<_, OfFlow>(store, &team, flow, now).await?;
    Ok(Reply::json(StatusCode::OK, &found))
}
