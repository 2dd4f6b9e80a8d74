//! `GET /api/v1/console/agents/:id/deployment/agent-test-code`: how people start a test of an agent.

use agents::TestCodeView;
use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use conversation::{EventId, KeyUse};
use engine::Host as _;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

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
    let shown = TestCodeView::of(agent.test_code.as_deref().unwrap_or_default(), &channels);
    Ok(Reply::ok(&Envelope::one("Success", &shown)))
}
