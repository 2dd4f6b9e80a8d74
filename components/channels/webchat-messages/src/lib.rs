//! `GET, POST /channels/webchat/:account/messages`: what a visitor of a site writes, and what was said.

use api::{Call, Endpoint, Surface};
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

const METHODS: &[Method] = &[Method::GET, Method::POST, Method::OPTIONS];

#[http_service]
async fn messages(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Ops, methods: METHODS };
    api::serve(endpoint, request, async |call: &mut Call| match *call.method() {
        Method::OPTIONS => call.preflight(METHODS).await,
        Method::GET => call.visitor_history().await,
        _ => call.hear_visitor().await,
    })
    .await
}
