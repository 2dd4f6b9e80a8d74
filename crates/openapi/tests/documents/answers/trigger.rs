//! What the trigger API shows.

use conversation::{
    AnswerMode, Body, CaseStatus, Channel, Contact, Conversation, Message, MessageError,
    MessageStatus,
};
use flow::{Content, Timestamp};
use inbox::{
    ConversationView, ConversationsView, CustomerView, CustomersView, ExecutionView, Listed,
    MessageKey, MessageView, MessagesView, Position, Tag,
};
use serde::Serialize;
use serde_json::{Value, json};
use trigger::{AccessTokenView, TriggeredView};
use uuid::Uuid;

use crate::surface::Surface;

const NOON: Timestamp = Timestamp(1_778_155_200_000);
const ID: Uuid = Uuid::from_u128(1);

fn fits<T: Serialize>(name: &str, shown: &T) {
    Surface::Trigger.assert_fits(name, &json!(shown));
}

/// Whether an operation answers this.
fn answers(path: &str, method: &str, shown: &Value) -> bool {
    let answer = &Surface::Trigger.document()["paths"][path][method]["responses"]["200"];
    let schema = &answer["content"]["application/json"]["schema"];
    Surface::Trigger.validator_of(schema).is_valid(shown)
}

#[test]
fn tokens_and_what_was_triggered_fit() {
    let token = AccessTokenView { access_token: "a.b.c".to_owned(), expires_in: 3600 };
    fits("AccessToken", &token);
    fits("Triggered", &TriggeredView { ok: true });
}

fn contact(phone: &str) -> Contact {
    Contact::new("acme", phone, "api", NOON)
}

fn conversation(contact: &Contact) -> Conversation {
    Conversation::new("acme", Channel::Whatsapp, "106", "+972501234567", contact.id, NOON)
}

fn listed<T>(items: Vec<T>, next: Option<Position>) -> Listed<T> {
    Listed { items, next }
}

fn execution(status_case: &'static str, end_time: Option<Timestamp>) -> ExecutionView {
    ExecutionView {
        id: ID,
        associated_to_workflow_id: ID,
        associated_to: "acme".to_owned(),
        customer_phone_number_id: "972501234567".to_owned(),
        participants_identifiers: "106#972501234567".to_owned(),
        created_at: NOON,
        start_time: NOON,
        end_time,
        expires_at: NOON,
        status_case,
    }
}

#[test]
fn conversations_fit() {
    let contact = contact("+972501234567");
    let mut conversation = conversation(&contact);
    let empty = ConversationView::of(&conversation, None);
    conversation.log = [heard("text"), said(None)].into_iter().collect();
    conversation.last_inbound_at = Some(NOON);
    let mut full = ConversationView::of(&conversation, Some(&contact));
    full.assigned_tag_ids = vec!["vip".to_owned()];
    full.assigned_agent_ids = vec!["dana".to_owned()];
    full.last_workflow_execution_id = Some(ID);
    let ways = [
        (AnswerMode::Bot, CaseStatus::Open, execution("In Progress", None)),
        (AnswerMode::Manual, CaseStatus::Closed, execution("Success", Some(NOON))),
        (AnswerMode::Ai, CaseStatus::Standby, execution("Expired", Some(NOON))),
    ];
    for (mode, status, run) in ways {
        full.answer_mode = mode;
        full.status_case = status;
        full.last_workflow_execution = Some(run);
        fits("InboxConversation", &full);
    }
    fits("InboxConversationPage", &ConversationsView::from(listed(vec![empty, full], None)));
    for phone_number_id in [None, Some("106".to_owned())] {
        let next = Position { contact: 7, phone_number_id };
        fits("InboxConversationPage", &ConversationsView::from(listed(Vec::new(), Some(next))));
    }
}

#[test]
fn what_conversations_are_told_is_answered_with_a_word_with_errors_or_with_nothing() {
    for path in ["/conversations/{id}/answer-mode", "/conversations/{id}/status"] {
        assert!(answers(path, "post", &json!("success")));
        assert!(!answers(path, "post", &json!("failure")));
    }
    for method in ["post", "delete"] {
        let errors = json!({"errors": ["vip: no such tag"]});
        assert!(answers("/conversations/{id}/tags", method, &errors));
        assert!(answers("/conversations/{id}/agents", method, &json!({})));
        assert!(!answers("/conversations/{id}/agents", method, &errors));
    }
    let text = || "vip".to_owned();
    fits("Tag", &Tag { id: text(), title: text(), color: text(), associated_to: text() });
    assert!(answers("/webhook", "post", &json!({"id": ID})));
}

fn message(body: Body, status: MessageStatus, error: Option<MessageError>) -> Message {
    Message {
        id: ID,
        sequence: 1,
        at: NOON,
        body,
        status,
        provider_id: Some("wamid.1".to_owned()),
        request: None,
        reply_to: Some("wamid.0".to_owned()),
        error,
        resent_as: None,
        outside_window: None,
        session: None,
    }
}

fn heard(kind: &str) -> Message {
    let content = json!({"body": "Hi", "url": "https://example.com/a.png"});
    let body = Body::Inbound { kind: kind.to_owned(), content };
    message(body, MessageStatus::Received, None)
}

fn said(error: Option<MessageError>) -> Message {
    let content = Content::Text { text: "Hello".to_owned() };
    let status = if error.is_some() { MessageStatus::Failed } else { MessageStatus::Sent };
    message(Body::Outbound { content }, status, error)
}

#[test]
fn messages_fit() {
    let conversation = conversation(&contact("+972501234567"));
    let error = |code: &str| MessageError { code: code.to_owned(), message: "No".to_owned() };
    let media = json!({"type": "media", "kind": "image", "url": "https://example.com/a.png"});
    let media: Content = serde_json::from_value(media).unwrap();
    let all = [
        heard("text"),
        heard("image"),
        said(None),
        said(Some(error("131047"))),
        said(Some(error(MessageError::OPTED_OUT))),
        message(Body::Outbound { content: media }, MessageStatus::Read, None),
    ];
    let shown = all.iter().map(|message| MessageView::of(&conversation, message));
    let shown: Vec<MessageView> = shown.collect();
    assert!(shown.iter().any(|message| message.attachment.is_some()));
    for last_evaluated_key in [None, Some(MessageKey::of(&all[0]))] {
        let has_more_items_to_fetch = last_evaluated_key.is_some();
        let db_object = shown.clone();
        let page = MessagesView { db_object, has_more_items_to_fetch, last_evaluated_key };
        fits("InboxMessagePage", &page);
    }
    assert!(answers(
        "/sendMessage",
        "post",
        &json!({"temporaryMessageId": ID, "message_generated_id": ID})
    ));
}

#[test]
fn customers_fit() {
    let mut known = contact("+972501234567");
    known.name = Some("Dana".to_owned());
    known.email = Some("dana@example.com".to_owned());
    for field in ["profileImage", "customerNickname"] {
        known.metadata.insert(field.to_owned(), json!("x"));
    }
    let known = CustomerView::of(&known, Some(NOON));
    fits("Customer", &known);
    let visitor = CustomerView::of(&contact("visitor"), None);
    let next = Some(Position { contact: 7, phone_number_id: None });
    fits("CustomerPage", &CustomersView::from(listed(vec![known, visitor], next)));
    fits("CustomerPage", &CustomersView::from(listed(Vec::new(), None)));
}
