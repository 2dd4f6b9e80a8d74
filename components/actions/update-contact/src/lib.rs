//! `POST /api/v1/actions/update-contact`: changes a contact (contract/actions-qyvo.md, section 6).

use api::{Call, Endpoint, Problem, Reply, Surface};
use contacts::Details;
use engine::Host as _;
use http::Method;
use http::StatusCode;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn update_contact(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, update).await
}

async fn update(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let (contact, details) = contacts::read(&call.json().await?, Details::read_update)?;
    let used = call.key_use(&team).await?;
    let (store, now) = (call.host.store(), call.host.now());
    let updated = contacts::update(store, &team, (&contact, &details), used.as_ref(), now).await?;
    Ok(Reply::json(StatusCode::OK, &updated))
}
