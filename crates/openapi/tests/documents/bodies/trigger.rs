//! The bodies of the trigger API.

use fields::FieldError;
use inbox::{
    ConversationsRequest, CustomersRequest, MessagesRequest, NewCustomer, NewMessage, Tag,
};
use serde_json::{Value, json};
use trigger::WorkflowTrigger;
use webhooks::NewWebhook;

use super::Body;

const SIDES: &str = "106540352242922#972501234567";

pub fn bodies() -> Vec<Body> {
    let whole = json!({
        "phoneNumberId": "100200300400500", "customerPhoneNumberId": "972501234567",
        "startFromNodeId": "remind", "triggerData": {"a": 1},
    });
    let least = json!({"phoneNumberId": "1", "customerPhoneNumberId": "+1 415 555 0123"});
    let webhook = json!({"url": "https://example.com/parlance", "event": "Messages Created"});
    let mut bodies: Vec<Body> = vec![
        ("TriggerWorkflow", |b| drop(WorkflowTrigger::read(b)), vec![whole, least]),
        ("CreateWebhook", |b| drop(NewWebhook::read_trigger(b)), vec![webhook]),
    ];
    bodies.extend(of_conversations());
    bodies.extend(of_messages_and_customers());
    bodies
}

/// A change of a conversation, with its name in the body and without.
fn told(field: &str, value: &Value) -> Vec<Value> {
    vec![json!({field: value}), json!({field: value, "participantsIdentifiers": SIDES})]
}

fn of_conversations() -> Vec<Body> {
    let start = json!({"contact": 7, "phoneNumberId": "106540352242922"});
    let list = json!({"phoneNumberId": "106540352242922", "startKey": start, "limit": 100});
    let from = json!({"startKey": {"contact": 7.0}});
    let tag = json!({"id": "vip", "title": "VIP", "color": "#f00", "associatedTo": "acme"});
    let many = |most: usize| json!((0..most).map(|n| n.to_string()).collect::<Vec<_>>());
    let lists = |field: &str, most: usize| {
        let mut all = told(field, &json!(["a", "b"]));
        all.push(json!({field: many(most)}));
        all
    };
    vec![
        ("ListConversations", |b| drop(ConversationsRequest::read(b)), vec![json!({}), list, from]),
        ("SetAnswerMode", |b| drop(inbox::read_answer_mode(b)), told("answerMode", &json!("ai"))),
        ("SetStatus", |b| drop(inbox::read_status(b)), told("status", &json!("standby"))),
        ("ConversationTags", |b| drop(inbox::read_tags(b)), lists("tagIds", 50)),
        ("ConversationAgents", |b| drop(inbox::read_agents(b)), lists("agentIds", 20)),
        ("DefineTag", |b| drop(Tag::read(b)), vec![tag]),
    ]
}

fn of_messages_and_customers() -> Vec<Body> {
    let send = json!({
        "sender": "106540352242922", "receiver": "972501234567", "participantsIdentifiers": SIDES,
        "message": "Hello", "type": "default", "initiator": "person", "messagePlatform": "whatsapp",
        "context": {"from": "972501234567", "id": "wamid.1"}, "attachmentBase64": null,
    });
    let get = json!({
        "phoneNumberId": "106540352242922", "targetPhoneNumberId": "US.1",
        "startKey": {"messageId": "m", "createdAt": 1_763_726_412_000_u64},
    });
    let put = json!({
        "customerName": "Dana", "phoneNumberId": "972501234567", "email": "dana@example.com",
        "profileImage": "https://example.com/dana.png", "customerNickname": "D",
    });
    let list = json!({"lastEvaluatedKey": {"contact": 7, "phoneNumberId": "1"}, "limit": 1});
    vec![
        ("SendMessage", |b| drop(NewMessage::read(b)), vec![send]),
        ("GetMessages", |b| drop(MessagesRequest::read(b)), vec![get]),
        ("PutCustomer", |b| drop(NewCustomer::read(b)), vec![put]),
        ("ListCustomers", |b| drop(CustomersRequest::read(b)), vec![json!({}), list]),
    ]
}

/// What no schema says: that a field is what others make together.
pub fn is_of_several_fields(name: &str, errors: &[FieldError]) -> bool {
    let named = |error: &FieldError| error.message.starts_with("must be <sender>#<receiver>");
    name == "SendMessage" && !errors.is_empty() && errors.iter().all(named)
}
