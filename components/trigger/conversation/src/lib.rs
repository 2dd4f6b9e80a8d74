//! `GET /conversations/:id`: a conversation (contract/trigger-pingmee.md, section 3).

use api::{Call, Endpoint, Problem, Reply, Surface};
use engine::Host as _;
use http::{Method, StatusCode};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn conversation(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Trigger, methods: &[Method::GET] };
    api::serve(endpoint, request, get).await
}

async fn get(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.cookie_principal("trigger").await?.team;
    let conversation = call.inbox_conversation(&team).await?;
    let shown = inbox::conversation(call.host.store(), &conversation).await?;
    Ok(Reply::json(StatusCode::OK, &shown))
}
