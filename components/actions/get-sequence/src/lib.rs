//! `POST /api/v1/actions/get-sequence`: one of a team's sequences (contract/actions-qyvo.md, section 6). There are none yet.

use api::{Call, Endpoint, Problem, Reply, Surface};
use fields::Errors;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn get_sequence(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, get).await
}

async fn get(call: &mut Call) -> Result<Reply, Problem> {
    call.bearer_principal("actions").await?;
    let body = call.json().await?;
    let errors = Errors::new();
    let id = errors.body(&body).required_uuid("sequence_id");
    errors.into_result(id)?;
    Err(Problem::NotFound("Sequence not found or not published".to_owned()))
}
