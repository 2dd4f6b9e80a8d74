//! `POST /api/v1/actions/get-contact`: a contact, by its id, phone or email address (contract/actions-qyvo.md, section 6).

use api::{Call, Endpoint, Problem, Reply, Surface};
use contacts::Sought;
use engine::Host as _;
use http::Method;
use http::StatusCode;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn get_contact(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, get).await
}

async fn get(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let sought = Sought::read(&call.json().await?)?;
    let contact = contacts::get(call.host.store(), &team, &sought).await?;
    Ok(Reply::json(StatusCode::OK, &contact))
}
