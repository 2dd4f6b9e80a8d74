//! `GET /channels/webchat/:account/stream`: what is said to a visitor of a site, as server-sent events, as it is said.

use api::{Call, Endpoint, Surface};
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

const METHODS: &[Method] = &[Method::GET, Method::OPTIONS];

#[http_service]
async fn stream(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Ops, methods: METHODS };
    api::serve(endpoint, request, async |call: &mut Call| match *call.method() {
        Method::OPTIONS => call.preflight(METHODS).await,
        _ => call.visitor_stream().await,
    })
    .await
}
