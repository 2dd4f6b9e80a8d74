//! `POST /api/v1/actions/search-contacts`: a team's contacts that filters take (contract/actions-qyvo.md, section 6).

use api::{Call, Endpoint, Problem, Reply, Surface};
use contacts::Search;
use engine::Host as _;
use http::Method;
use http::StatusCode;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn search_contacts(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Actions, methods: &[Method::POST] };
    api::serve(endpoint, request, search).await
}

async fn search(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let search = Search::read(&call.json_if_any().await?)?;
    let found = contacts::search(call.host.store(), &team, &search).await?;
    Ok(Reply::json(StatusCode::OK, &found))
}
