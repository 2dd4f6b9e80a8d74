//! `POST /api/v1/console/agents/:id/conversations/:id/stream-ticket`: lets one reader into the conversation's stream.

use api::{Call, Endpoint, Envelope, Problem, Reply, Surface, TICKET_SECONDS};
use http::Method;
use serde_json::json;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn conversation_stream_ticket(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::POST] };
    api::serve(endpoint, request, issue).await
}

async fn issue(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.asking_principal("conversations:read").await?.team;
    let agent = call.agent(&team).await?;
    let conversation = call.conversation(&agent).await?;
    let ticket = call.issue_ticket(agent.id, conversation.id).await?;
    let data = json!({"ticket": ticket, "expires_in": TICKET_SECONDS});
    Ok(Reply::created(&Envelope::one("Stream ticket created successfully", &data)))
}
