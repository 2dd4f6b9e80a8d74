//! `GET /api/v1/console/agents/:id/deployment/agent-test-code`: how people start a test of an agent.

use agents::AgentChannel;
use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use conversation::{EventId, KeyUse};
use engine::Host as _;
use http::Method;
use serde_json::{Value, json};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use teams::Kind;

#[http_service]
async fn agent_test_code(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::GET] };
    api::serve(endpoint, request, get).await
}

async fn get(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("agents:read").await?.team;
    let mut agent = call.agent(&team).await?;
    let store = call.host.store();
    if agent.test_code.is_none() {
        let random = call.host.random();
        let drawn = EventId::of("test code", &random.to_string());
        let used = KeyUse { key: drawn, body: drawn };
        // Who comes second finds the first one's.
        agent = agents::change(store, agent.id, &team, &used, |agent| {
            let is_new = agent.test_code.is_none();
            agent.test_code.get_or_insert_with(|| agents::test_code(call.host.random().as_u128()));
            is_new
        })
        .await?;
    }
    let channels = agents::channels(store, &agent).await?;
    let shown = shown(agent.test_code.as_deref().unwrap_or_default(), &channels);
    Ok(Reply::ok(&Envelope::one("Success", &shown)))
}

fn shown(code: &str, channels: &[AgentChannel]) -> Value {
    let connected = |kind| channels.iter().find(|c| c.kind == kind && c.is_connected);
    let start_message = format!("start {code}");
    let not_built = json!({"is_enabled": false, "start_message": start_message});
    // What WhatsApp's channel is known by is an id, not its number.
    let whatsapp = connected(Kind::Whatsapp).is_some();
    let mut telephony = json!({"is_enabled": false});
    if let Some(channel) = connected(Kind::Telephony) {
        telephony = json!({"is_enabled": true, "phone_number": channel.name});
    }
    json!({
        "code": code,
        "channels": {
            "whatsapp": {"is_enabled": whatsapp, "start_message": start_message},
            "instagram": not_built,
            "messenger": not_built,
            "telephony": telephony,
        },
    })
}
