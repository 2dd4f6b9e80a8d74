//! `POST /api/v1/actions/get-sequence`: one of a team's sequences (contract/actions-qyvo.md, section 6).

use api::{Call, Endpoint, Surface};
use flow::Kind;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn get_sequence(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, async |call: &mut Call| call.show_workflow(Kind::Sequence).await)
        .await
}
