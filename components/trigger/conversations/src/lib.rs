//! `POST /conversations`: a team's conversations (contract/trigger-pingmee.md, section 3).

use api::{Call, Endpoint, Problem, Reply, Surface};
use engine::Host as _;
use http::{Method, StatusCode};
use inbox::{ConversationsRequest, ConversationsView};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn conversations(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Trigger, methods: &[Method::POST] };
    api::serve(endpoint, request, list).await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.cookie_principal("trigger").await?.team;
    let wanted = inbox::read(&call.json_if_any().await?, ConversationsRequest::read)?;
    let listed = inbox::conversations(call.host.store(), &team, &wanted).await?;
    Ok(Reply::json(StatusCode::OK, &ConversationsView::from(listed)))
}
