//! `GET /ops/health`: 200 once the store answers. Needs no key: probes have none.

use api::{Call, Endpoint, Problem, Reply, Surface};
use engine::Host as _;
use http::Method;
use serde_json::json;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use store::keys;

#[http_service]
async fn health(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Ops, methods: &[Method::GET] };
    api::serve(endpoint, request, get).await
}

async fn get(call: &mut Call) -> Result<Reply, Problem> {
    // Any key does: what is asked is whether the store answers.
    call.host.store().get(&keys::due_cursor()).await?;
    Ok(Reply::ok(&json!({"status": "ok"})))
}
