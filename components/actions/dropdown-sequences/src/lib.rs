//! `GET /api/v1/dropdowns/sequences`: the sequences to choose from, by name.

use api::{Call, Endpoint, Problem, Reply, Surface};
use engine::Host as _;
use flow::Kind;
use http::{Method, StatusCode};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn dropdown_sequences(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::GET] };
    api::serve(endpoint, request, list).await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let choices = polling::choices(call.host.store(), &team, Kind::Sequence).await?;
    Ok(Reply::json(StatusCode::OK, &choices))
}
