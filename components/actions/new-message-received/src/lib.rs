//! `GET /api/v1/triggers/new-message-received`: what contacts wrote last (contract/actions-qyvo.md, section 6). Who polls
//! once is shown what comes from then on.

use api::{Call, Endpoint, Problem, Reply, Surface};
use engine::Host as _;
use http::{Method, StatusCode};
use polling::MESSAGE_TYPES;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn new_message_received(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::GET] };
    api::serve(endpoint, request, list).await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let kind = call.word_filter("message_type", &MESSAGE_TYPES)?;
    let store = call.host.store();
    polling::note_poll(store, &team, call.host.now()).await?;
    let found = polling::messages(store, &team, kind).await?;
    Ok(Reply::json(StatusCode::OK, &found))
}
