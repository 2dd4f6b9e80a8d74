//! `POST /api/v1/actions/list-tags`: the tags of a team (contract/actions-qyvo.md, section 6).

use api::{Call, Endpoint, Problem, Reply, Surface};
use contacts::TagFilter;
use engine::Host as _;
use http::Method;
use http::StatusCode;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn list_tags(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, list).await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let filter = TagFilter::read(&call.json_if_any().await?)?;
    let tags = contacts::list_tags(call.host.store(), &team, &filter).await?;
    Ok(Reply::json(StatusCode::OK, &tags))
}
