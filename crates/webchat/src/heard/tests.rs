use conversation::{Channel, MessageStatus};
use flow::Section;
use uuid::Uuid;

use super::*;

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const SECOND: u64 = 1000;

fn conversation() -> Conversation {
    Conversation::new("acme", Channel::Webchat, "shop", "visitor", Uuid::from_u128(1), NOW)
}

fn add(conversation: &mut Conversation, body: Body, at: Timestamp) {
    conversation.sequence += 1;
    conversation.log.push_back(Message {
        id: Uuid::from_u128(conversation.sequence.into()),
        sequence: conversation.sequence,
        at,
        body,
        status: MessageStatus::Sent,
        provider_id: None,
        request: None,
        reply_to: None,
        resent_as: None,
        outside_window: None,
        error: None,
        session: None,
    });
}

fn offers(conversation: &mut Conversation, content: Content) {
    add(conversation, Body::Outbound { content }, NOW);
}

fn button(id: &str, title: &str) -> Button {
    Button { id: id.to_owned(), title: title.to_owned() }
}

fn buttons(buttons: Vec<Button>) -> Content {
    Content::Buttons { text: "Well?".to_owned(), header: None, footer: None, buttons }
}

fn list(id: &str, title: &str) -> Content {
    let row = Row { id: id.to_owned(), title: title.to_owned(), description: None };
    let sections = vec![Section { title: None, rows: vec![row] }];
    let (text, button) = ("What?".to_owned(), "Topics".to_owned());
    Content::List { text, header: None, footer: None, button, sections }
}

fn sent(text: &str, payload: Option<&str>) -> VisitorMessage {
    let id = Uuid::from_u128(0x3f0a_5d1c_7b1c_4c2d_8e4f_5a6b_7c8d_9e0f);
    VisitorMessage { id, text: text.to_owned(), payload: payload.map(str::to_owned) }
}

fn reply(conversation: &Conversation, text: &str, payload: Option<&str>) -> Reply {
    sent(text, payload).inbound(conversation, true, NOW).unwrap().reply
}

#[test]
fn a_button_and_a_row_are_what_the_conversation_offered() {
    let mut conversation = conversation();
    offers(&mut conversation, buttons(vec![button("yes", "Yes, please"), button("no", "No")]));
    offers(&mut conversation, list("where", "Where is it?"));

    assert_eq!(reply(&conversation, "", Some("yes")), Reply::button("yes", "Yes, please"));
    let heard = sent("forged", Some("where")).inbound(&conversation, true, NOW).unwrap();
    assert_eq!((heard.kind.as_str(), heard.reply.kind), ("interactive", ReplyKind::List));
    assert_eq!(
        heard.reply.text, "Where is it?",
        "the title that was offered, whatever comes with it"
    );
    let content =
        json!({"type": "list_reply", "list_reply": {"id": "where", "title": "Where is it?"}});
    assert_eq!(heard.content, content);
}

#[test]
fn the_newest_offer_of_an_id_counts() {
    let mut conversation = conversation();
    offers(&mut conversation, buttons(vec![button("yes", "Old")]));
    offers(&mut conversation, buttons(vec![button("yes", "New")]));
    assert_eq!(reply(&conversation, "", Some("yes")).text, "New");
}

#[test]
fn a_payload_that_was_not_offered_is_text() {
    let mut conversation = conversation();
    offers(&mut conversation, buttons(vec![button("yes", "Yes")]));
    assert_eq!(reply(&conversation, "Maybe", Some("maybe")), Reply::text("Maybe"));
    assert_eq!(reply(&conversation, "", Some("maybe")), Reply::text("maybe"));
    assert_eq!(reply(&conversation, "yes", None), Reply::text("yes"));
}

#[test]
fn a_first_message_lets_in_without_a_token_for_a_day() {
    let conversation = conversation();
    let after = |hours: u64, has_token| {
        let now = Timestamp(NOW.0 + hours * 3600 * SECOND);
        sent("hi", None).inbound(&conversation, has_token, now).map(|_| ())
    };
    assert_eq!(after(24, false), Ok(()));
    assert_eq!(after(25, false), Err(Refusal::NoToken));
    assert_eq!(after(25, true), Ok(()));
}

#[test]
fn a_visitor_who_writes_too_fast_is_heard_a_minute_later() {
    let mut conversation = conversation();
    let said = || Body::Inbound { kind: "text".to_owned(), content: json!({"body": "hi"}) };
    for n in 0..29 {
        add(&mut conversation, said(), Timestamp(NOW.0 + n * SECOND));
        offers(&mut conversation, buttons(vec![button("yes", "Yes")]));
    }
    let at = |seconds: u64| {
        let now = Timestamp(NOW.0 + seconds * SECOND);
        sent("hi", None).inbound(&conversation, true, now).map(|_| ())
    };
    assert_eq!(at(30), Ok(()), "answers are not counted");
    add(&mut conversation, said(), Timestamp(NOW.0 + 29 * SECOND));
    let at = |seconds: u64| {
        let now = Timestamp(NOW.0 + seconds * SECOND);
        sent("hi", None).inbound(&conversation, true, now).map(|_| ())
    };
    assert_eq!(at(30), Err(Refusal::TooFast));
    assert_eq!(at(61), Ok(()));
}
