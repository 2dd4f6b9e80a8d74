//! What is told of what its conversation has forgotten by then.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use conversation::{
    Channel, Contact, Conversation, EntryState, Notice, NoticeEvent, NoticedSession,
};
use flow::{Kind, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;
use webhooks::{Subject, Surface};

const NOON: Timestamp = Timestamp(1_763_726_412_000);

fn notice(event: NoticeEvent, about: Option<u128>, session: Option<NoticedSession>) -> Notice {
    Notice {
        id: Uuid::from_u128(1),
        webhook: Uuid::from_u128(2),
        event,
        about: about.map(Uuid::from_u128),
        session,
        at: NOON,
        tries: 0,
        state: EntryState::Queued { not_before: None },
    }
}

/// Told in a conversation that remembers nothing.
fn body(notice: &Notice, surface: Surface, address: &str) -> Option<Value> {
    let contact =
        Contact { name: Some("Ana".to_owned()), ..Contact::new("acme", address, "api", NOON) };
    let conversation =
        Conversation::new("acme", Channel::Whatsapp, "1061", address, contact.id, NOON);
    let (conversation, contact) = (&conversation, Some(&contact));
    let subject = Subject { conversation, contact, contact_view: None, message: None };
    subject.body(notice, surface)
}

#[test]
fn a_session_that_is_forgotten_is_told_by_what_its_notice_keeps() {
    let session = NoticedSession {
        kind: Kind::Flow,
        flow: Uuid::from_u128(3),
        name: "Cart".to_owned(),
        started_at: Timestamp(NOON.0 - 60_000),
    };
    let notice = notice(NoticeEvent::FlowCompleted, Some(4), Some(session));
    let told = body(&notice, Surface::Actions, "+14155550123").expect("a body");
    assert_eq!((&told["event"], &told["outcome"]), (&json!("flow.completed"), &json!(null)));
    let shown = &told["session"];
    assert_eq!(shown["id"], Uuid::from_u128(4).to_string());
    assert_eq!((&shown["flow_name"], &shown["status"]), (&json!("Cart"), &json!("completed")));
    assert_eq!(
        (&shown["contact_phone"], &shown["contact_name"]),
        (&json!("+14155550123"), &json!("Ana"))
    );
    assert_eq!(shown["created_at"], Timestamp(NOON.0 - 60_000).to_rfc3339());
    assert_eq!(shown["completed_at"], NOON.to_rfc3339());
}

#[test]
fn a_status_is_told_of_a_message_that_is_gone_but_its_words_are_not() {
    let failed = notice(NoticeEvent::MessageFailed, Some(5), None);
    let told = body(&failed, Surface::Actions, "+14155550123").expect("a body");
    assert_eq!(told["message_id"], Uuid::from_u128(5).to_string());
    assert_eq!((&told["whatsapp_message_id"], &told["error_code"]), (&json!(null), &json!(null)));
    for (event, surface) in [
        (NoticeEvent::MessageReceived, Surface::Actions),
        (NoticeEvent::MessagesCreated, Surface::Trigger),
    ] {
        let gone = notice(event, Some(5), None);
        assert_eq!(body(&gone, surface, "+14155550123"), None, "nothing is left to be told");
    }
}

#[test]
fn who_is_known_by_an_id_of_its_channel_is_named_by_it() {
    let begun = notice(NoticeEvent::ConversationStarted, None, None);
    let told = body(&begun, Surface::Trigger, "id:US.17").expect("a body");
    assert_eq!(told["participantsIdentifiers"], "1061#US.17");
    assert_eq!(
        (&told["customerPhoneNumberId"], &told["timestamp"]),
        (&json!("US.17"), &json!(NOON.0))
    );
    assert_eq!(told.get("message"), None);
}
