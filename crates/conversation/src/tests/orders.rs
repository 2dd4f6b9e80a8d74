//! What a backend has sent, beside what sessions say.

use flow::{Change, Content, Timestamp, Variables};

use super::talk::{DAY, NOON, SECOND, Talk, accepted};
use crate::{
    Applied, ContactChange, EventId, KeyUse, MessageStatus, Order, SessionStatus, TurnError,
    identity,
};

fn text(words: &str) -> Content {
    Content::Text { text: words.to_owned() }
}

fn template() -> Content {
    let (name, language) = ("notice".to_owned(), "en".to_owned());
    Content::Template { name, language, variables: Variables::default(), buttons: Vec::new() }
}

fn keyed(key: &str, body: &str, content: Content) -> Order {
    let message = identity::keyed("acme", "send", key);
    let event = EventId::of("key", &message.to_string());
    let used = KeyUse { key: event, body: EventId::of("body", body) };
    Order { event, message, content, reply_to: None, key: Some(used) }
}

fn refused(talk: &Talk, order: &Order) -> TurnError {
    let ids = (order.message, order.message);
    let (_, result, ..) =
        talk.apply(&talk.conversation, ids, |turn, conversation| turn.order(conversation, order));
    result.expect_err("it is refused")
}

fn order(talk: &mut Talk, order: &Order) -> Applied {
    talk.turn(|turn, conversation| turn.order(conversation, order)).result.expect("it is taken")
}

#[test]
fn an_order_is_said_beside_a_session_which_goes_on_waiting() {
    let mut talk = Talk::new();
    talk.hear("hello");
    let session = talk.trigger("offer").started();
    assert_eq!(order(&mut talk, &keyed("k", "a", text("By the way"))), Applied::Kept);
    assert_eq!(talk.said(), ["< hello", "> [offer]", "> By the way"]);
    assert_eq!((talk.status(session), talk.last().session), (SessionStatus::Running, None));
    assert!(!talk.conversation.paused);
    // So that it is not taken for what was answered to the contact.
    assert!(talk.last().request.is_some());
}

#[test]
fn the_same_key_says_it_once_and_with_another_body_it_is_refused() {
    let mut talk = Talk::new();
    talk.hear("hello");
    let first = keyed("k", "a", text("One"));
    order(&mut talk, &first);
    assert_eq!(order(&mut talk, &first), Applied::Duplicate);
    assert_eq!(refused(&talk, &keyed("k", "b", text("Two"))), TurnError::KeyReused);
    assert_eq!(talk.said(), ["< hello", "> One"]);
}

#[test]
fn a_text_outside_the_window_has_failed_and_a_template_goes() {
    let mut talk = Talk::new();
    order(&mut talk, &keyed("a", "a", text("Hello")));
    assert_eq!(talk.last().status, MessageStatus::Failed);
    assert_eq!(talk.last().error.as_ref().map(|error| error.code.as_str()), Some("131047"));
    order(&mut talk, &keyed("b", "b", template()));
    assert_eq!(talk.last().status, MessageStatus::Queued);
}

#[test]
fn who_opted_out_gets_no_template_and_a_text_only_while_the_window_is_open() {
    let mut talk = Talk::new();
    talk.hear("hello");
    talk.pass(SECOND);
    talk.contact.opted_out_at = Some(Timestamp(talk.clock));
    talk.pass(SECOND);
    assert_eq!(refused(&talk, &keyed("a", "a", template())), TurnError::OptedOut);
    order(&mut talk, &keyed("b", "b", text("An answer")));
    talk.pass(DAY);
    assert_eq!(refused(&talk, &keyed("c", "c", text("Too late"))), TurnError::OptedOut);
    assert_eq!(talk.said(), ["< hello", "> An answer"]);
}

#[test]
fn a_stop_that_the_contact_does_not_know_of_yet_counts() {
    let mut talk = Talk::new();
    let change = ContactChange { number: 1, at: Timestamp(NOON), change: Change::OptOut };
    talk.conversation.changes.push(change);
    talk.conversation.change_number = 1;
    assert_eq!(refused(&talk, &keyed("a", "a", template())), TurnError::OptedOut);
}

#[test]
fn an_order_is_leaving_until_it_is_settled_or_waits_behind_one_that_does() {
    let mut talk = Talk::new();
    let (first, second) = (keyed("a", "a", template()), keyed("b", "b", template()));
    let holder = talk.turn(|turn, conversation| turn.order(conversation, &first).map(|_| ())).id;
    order(&mut talk, &second);
    let leaving =
        |talk: &Talk| [&first, &second].map(|order| talk.conversation.is_leaving(order.message));
    assert_eq!(leaving(&talk), [true, true]);
    talk.settle(holder, first.message, &crate::Attempt::Unanswered);
    assert_eq!(leaving(&talk), [false, false]);
    talk.settle(holder, first.message, &accepted("wamid.1"));
    assert_eq!(leaving(&talk), [false, true]);
}
