//! Any path that no component serves: 404 in the shape of its surface.

use api::{Endpoint, Problem, Surface};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn not_found(request: Request) -> impl IntoResponse {
    let surface = Surface::of(request.uri().path());
    let endpoint = Endpoint { surface, methods: &[] };
    api::serve(endpoint, request, async |call| {
        Err(Problem::NotFound(format!("There is nothing at {}.", call.path())))
    })
    .await
}
