//! `POST /api/v1/actions/create-contact`: creates the contact of a phone, or changes the one there is (contract/actions-qyvo.md, section 6).

use api::{Call, Endpoint, Problem, Reply, Surface};
use contacts::NewContact;
use engine::Host as _;
use http::Method;
use http::StatusCode;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn create_contact(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, create).await
}

async fn create(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let new = contacts::read(&call.json().await?, NewContact::read)?;
    let used = call.key_use(&team).await?;
    let (store, now) = (call.host.store(), call.host.now());
    let created = contacts::create(store, &team, &new, used.as_ref(), now).await?;
    Ok(Reply::json(StatusCode::CREATED, &created))
}
