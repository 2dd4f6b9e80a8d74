//! `POST /channels/telephony/:account/status`: what became of a call, or of a text.

use api::{Call, Endpoint, Surface};
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn status(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Ops, methods: &[Method::POST] };
    api::serve(endpoint, request, Call::hear_phone_status).await
}
