//! `GET /api/v1/console/agents/:id/conversations/:id`: one conversation, and whom it is with.

use api::{Call, Endpoint, Envelope, Problem, Reply, Surface};
use console::ConversationView;
use conversation::Contact;
use engine::Host as _;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use store::keys;

#[http_service]
async fn conversation(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::GET] };
    api::serve(endpoint, request, get).await
}

async fn get(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("conversations:read").await?.team;
    let agent = call.agent(&team).await?;
    let conversation = call.conversation(&agent).await?;
    let contact = keys::contact(&conversation.contact_id.to_string());
    let contact: Option<Contact> = call.host.store().read_json(&contact).await?;
    let shown = ConversationView::of(&conversation).with(contact.as_ref());
    Ok(Reply::ok(&Envelope::one("Success", &shown)))
}
