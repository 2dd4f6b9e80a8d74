//! `POST /ops/sweep`: does what is due. To be called every few seconds by the host, or every minute by a cron.

use api::{Call, Endpoint, Problem, Reply, Surface};
use http::{Method, StatusCode};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn sweep(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Ops, methods: &[Method::POST] };
    api::serve(endpoint, request, post).await
}

async fn post(call: &mut Call) -> Result<Reply, Problem> {
    call.admin().await?;
    let (swept, delivered) = api::engine(&call.host).await.sweep().await?;
    call.notify_later(delivered);
    Ok(Reply::json(StatusCode::OK, &swept))
}
