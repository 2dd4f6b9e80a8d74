//! `GET /api/v1/me`: who the API key stands for (contract/actions-qyvo.md, section 6).

use api::{Call, Endpoint, Problem, Reply, Surface};
use http::{Method, StatusCode};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use teams::Me;

#[http_service]
async fn me(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::GET] };
    api::serve(endpoint, request, show).await
}

async fn show(call: &mut Call) -> Result<Reply, Problem> {
    let principal = call.bearer_principal("actions").await?;
    Ok(Reply::json(StatusCode::OK, &Me::of(&principal.key)))
}
