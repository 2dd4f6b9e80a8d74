//! `POST /api/v1/actions/remove-tag`: takes a tag from a contact (contract/actions-qyvo.md, section 6).

use api::{Call, Endpoint, Problem, Reply, Surface};
use contacts::TagRequest;
use engine::Host as _;
use http::Method;
use http::StatusCode;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn remove_tag(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, remove).await
}

async fn remove(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let request = contacts::read(&call.json().await?, TagRequest::read)?;
    let used = call.key_use(&team).await?;
    let (store, now) = (call.host.store(), call.host.now());
    let removed = contacts::remove_tag(store, &team, &request, used.as_ref(), now).await?;
    Ok(Reply::json(StatusCode::OK, &removed))
}
