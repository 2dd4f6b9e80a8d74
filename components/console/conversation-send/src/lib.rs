//! `POST /api/v1/console/agents/:id/conversations/messages`: says something in a conversation, which is created if there
//! is none with the contact.

use api::{Call, Endpoint, Problem, Reply, Surface};
use console::{NewMessage, Recipient};
use engine::Place;
use fields::Errors;
use http::Method;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn conversation_send(request: Request) -> impl IntoResponse {
    let endpoint = Endpoint { surface: Surface::Console, methods: &[Method::POST] };
    api::serve(endpoint, request, send).await
}

async fn send(call: &mut Call) -> Result<Reply, Problem> {
    let team = call.principal("conversations:write").await?.team;
    let agent = call.agent(&team).await?;
    let body = call.json().await?;
    let errors = Errors::new();
    let object = errors.body(&body);
    let message = NewMessage::read(&object);
    let recipient = Recipient::read(&object);
    errors.into_result(())?;
    let place = match recipient {
        Recipient::Conversation(id) => {
            let not_found = || Problem::NotFound("Conversation not found".to_owned());
            let id = id.ok_or_else(not_found)?;
            Place::Conversation(call.conversation_of(&agent, id).await?.id)
        }
        Recipient::Contact { channel, address, username, test } => {
            Place::Contact { channel, address, username, test }
        }
    };
    call.say(&agent, place, &message).await
}
