//! `GET /api/v1/console/workflows/:id/versions`: what was published, the newest first.

use api::{Call, Endpoint, Envelope, PageQuery, Problem, Reply, Surface};
use http::Method;
use serde_json::Value;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn workflow_versions(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::GET] };
    api::serve(endpoint, request, list).await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("workflows:read").await?.team;
    let workflow = call.own_workflow(&team).await?;
    let query = PageQuery::read(call, &[])?;
    let newest_first = workflow.releases.iter().rev();
    let page: Vec<Value> = newest_first
        .skip(query.offset())
        .take(query.limit)
        .map(|release| workflow.shown_release(release))
        .collect();
    Ok(Reply::ok(&Envelope::page("Success", &page, &query, workflow.releases.len())))
}
