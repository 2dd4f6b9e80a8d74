//! `GET /api/v1/dropdowns/sequences`: the sequences to choose from, of which there are none yet.

use api::{Call, Endpoint, Problem, Reply, Surface};
use http::Method;
use serde_json::json;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn dropdown_sequences(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::GET] };
    api::serve(endpoint, request, list).await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    call.bearer_principal("actions").await?;
    Ok(Reply::ok(&json!([])))
}
