//! `GET /api/v1/openapi.yaml`: what this surface takes and answers. Needs no key: it says nothing of anybody.

use api::{Call, Endpoint, Reply, Surface};
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

/// Written by the tests of crate `openapi`, from the code that reads and shows.
const DOCUMENT: &[u8] = include_bytes!("../../../../docs/openapi/actions.yaml");

#[http_service]
async fn openapi(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::GET] };
    let document = async |_: &mut Call| Ok(Reply::written("application/yaml", DOCUMENT));
    api::serve(endpoint, request, document).await
}
