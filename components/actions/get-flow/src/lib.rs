//! `POST /api/v1/actions/get-flow`: one of a team's flows (contract/actions-qyvo.md, section 6).

use api::{Call, Endpoint, Surface};
use flow::Kind;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn get_flow(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, async |call: &mut Call| call.show_workflow(Kind::Flow).await)
        .await
}
