//! `POST /api/v1/actions/get-flow`: one of a team's flows (contract/actions-qyvo.md, section 6).

use actions::read_flow_id;
use api::{Call, Endpoint, Problem, Reply, Surface};
use engine::Host as _;
use http::Method;
use http::StatusCode;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn get_flow(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, get).await
}

async fn get(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let id = fields::read(&call.json().await?, read_flow_id)?;
    let flow = workflows::flow(call.host.store(), &team, id).await?;
    let flow =
        flow.ok_or_else(|| Problem::NotFound("Flow not found or not published".to_owned()))?;
    Ok(Reply::json(StatusCode::OK, &flow))
}
