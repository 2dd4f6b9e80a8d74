//! `GET, DELETE /api/v1/webhooks/:id`: one webhook (docs/webhooks.md).

use api::{Call, Endpoint, Problem, Reply, Surface};
use engine::Host as _;
use http::{Method, StatusCode};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use webhooks::{Webhook, WebhookView};

/// Where the id is in the path.
const ID: usize = 3;

#[http_service]
async fn webhook(request: Request) -> impl IntoResponse {
    let methods: &[Method] = &[Method::GET, Method::DELETE];
    let endpoint = Endpoint { surface: Surface::Actions, methods };
    api::serve(endpoint, request, async |call: &mut Call| {
        let team = call.bearer_principal("actions").await?.team;
        let found = match *call.method() {
            Method::GET => get(call, &team).await?,
            _ => delete(call, &team).await?,
        };
        let found = found.ok_or_else(|| Problem::NotFound("Webhook not found".to_owned()))?;
        Ok(Reply::json(StatusCode::OK, &WebhookView::of(&found)))
    })
    .await
}

async fn get(call: &Call, team: &str) -> Result<Option<Webhook>, Problem> {
    let Some(id) = call.id(ID) else { return Ok(None) };
    Ok(webhooks::load(call.host.store(), team).await?.find(id).cloned())
}

async fn delete(call: &Call, team: &str) -> Result<Option<Webhook>, Problem> {
    let Some(id) = call.id(ID) else { return Ok(None) };
    Ok(webhooks::remove(call.host.store(), team, id).await?)
}
