//! `POST /api/v1/actions/trigger-sequence`: starts a published sequence for a contact (contract/actions-qyvo.md, section 6).

use api::{Call, Endpoint, Surface};
use flow::Kind;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn trigger_sequence(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, async |call: &mut Call| call.start_workflow(Kind::Sequence).await)
        .await
}
