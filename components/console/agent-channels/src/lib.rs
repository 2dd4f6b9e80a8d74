//! `GET /api/v1/console/agents/:id/channels`: the channel accounts that an agent answers.

use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use engine::Host as _;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn agent_channels(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::GET] };
    api::serve(endpoint, request, list).await
}

async fn list(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("agents:read").await?.team;
    let agent = call.agent(&team).await?;
    let channels = agents::channels(call.host.store(), &agent).await?;
    Ok(Reply::ok(&Envelope::one("Success", &channels)))
}
