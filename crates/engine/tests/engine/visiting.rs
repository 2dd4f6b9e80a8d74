//! What visitors of a site write.

use conversation::{Applied, Channel, Conversation, EventId, Inbound, MessageStatus};
use engine::Committed;
use flow::Reply;
use serde_json::json;
use store::memory::block_on;
use teams::Account;
use uuid::Uuid;

use super::simulation::setup::{TEAM, new_account};
use super::stage::{MINUTE, Stage};

const VISITOR: Uuid = Uuid::from_u128(0x0197_aef0_0000_4000_8000_0000_0000_0001);

fn site() -> Account {
    Account { kind: Channel::Webchat, ..new_account("shop", TEAM) }
}

fn event(id: &str) -> EventId {
    EventId::of("webchat", id)
}

fn says(id: &str, text: &str) -> Inbound {
    Inbound {
        event: event(id),
        provider_id: id.to_owned(),
        sent_at: None,
        kind: "text".to_owned(),
        content: json!({"body": text}),
        reply: Reply::text(text),
    }
}

/// What came of a message, if `take` lets it be heard.
fn hear(
    stage: &mut Stage,
    id: &str,
    take: impl Fn(&Conversation) -> Result<Inbound, &'static str>,
) -> Committed<Result<Applied, &'static str>> {
    let host = stage.host();
    block_on(host.engine().hear_visitor(&site(), VISITOR, event(id), take)).unwrap()
}

fn words(conversation: &Conversation) -> Vec<&str> {
    conversation.log.iter().filter_map(|message| message.words()).collect()
}

#[test]
fn a_visitor_is_answered_in_the_commit_of_its_message() {
    let mut stage = Stage::new();
    let first = hear(&mut stage, "1", |_| Ok(says("1", "hi")));
    assert!(matches!(first.result, Ok(Applied::Advanced(_))), "{:?}", first.result);
    assert_eq!(words(&first.conversation), ["hi", "v1 hello"]);
    let id = first.conversation.id;
    let second = hear(&mut stage, "2", |_| Ok(says("2", "a")));
    assert_eq!(words(&second.conversation), ["hi", "v1 hello", "a", "v1 got a", "v1 more?"]);
    let stored = stage.find(id).unwrap();
    assert_eq!(stored, second.conversation);
    assert!(stored.outbox.is_empty(), "it is read, not sent");
    assert_eq!(stored.log[1].status, MessageStatus::Sent);
}

#[test]
fn a_message_that_comes_again_is_heard_once() {
    let mut stage = Stage::new();
    let first = hear(&mut stage, "1", |_| Ok(says("1", "hi")));
    let again = hear(&mut stage, "1", |_| Ok(says("1", "hi")));
    assert_eq!(again.result, Ok(Applied::Duplicate));
    assert_eq!(again.conversation, first.conversation);
}

#[test]
fn what_is_refused_leaves_the_conversation_as_it_is_but_for_what_was_due() {
    let mut stage = Stage::new();
    let before = hear(&mut stage, "1", |_| Ok(says("1", "hi"))).conversation;
    let refused = hear(&mut stage, "2", |found| {
        assert_eq!(words(found), ["hi", "v1 hello"], "what is there is what it is judged by");
        Err("too fast")
    });
    assert_eq!((refused.result, &refused.conversation), (Err("too fast"), &before));
    assert_eq!(stage.find(before.id).unwrap(), before);

    stage.pass(31 * MINUTE);
    let refused = hear(&mut stage, "2", |_| Err("too fast"));
    assert_eq!(refused.fired, 1, "its session has expired");
    assert_eq!(words(&stage.find(before.id).unwrap()), ["hi", "v1 hello"]);
}
