//! `GET, POST /api/v1/webhooks`: who is told what happens in a team's conversations (docs/webhooks.md).

use api::{Call, Endpoint, Problem, Reply, Surface};
use engine::Host as _;
use http::{Method, StatusCode};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use webhooks::{CreatedView, NewWebhook, WebhookView};

#[http_service]
async fn webhooks(request: Request) -> impl IntoResponse {
    let methods: &[Method] = &[Method::GET, Method::POST];
    let endpoint = Endpoint { surface: Surface::Actions, methods };
    api::serve(endpoint, request, async |call: &mut Call| match *call.method() {
        Method::GET => list(call).await,
        _ => create(call).await,
    })
    .await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let all = webhooks::load(call.host.store(), &team).await?;
    let shown: Vec<WebhookView> = all.webhooks.iter().map(WebhookView::of).collect();
    Ok(Reply::json(StatusCode::OK, &shown))
}

async fn create(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.bearer_principal("actions").await?.team;
    let new = NewWebhook::of(&call.json().await?, NewWebhook::read)?;
    let (webhook, secret) = call.create_webhook(&team, new).await?;
    Ok(Reply::json(StatusCode::CREATED, &CreatedView::of(&webhook, secret)))
}
