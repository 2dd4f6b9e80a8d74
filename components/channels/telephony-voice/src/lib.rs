//! `POST /channels/telephony/:account/voice`: what the provider asks at each step of a call (contract/channel-telephony.md).

use api::{Call, Endpoint, Surface};
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn voice(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Ops, methods: &[Method::POST] };
    api::serve(endpoint, request, Call::step_phone_call).await
}
