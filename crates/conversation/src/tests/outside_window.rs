//! The template that goes instead where WhatsApp takes no other message: once, and never both.

use uuid::Uuid;

use super::talk::{DAY, Talk, accepted, error, receipt};
use crate::MessageStatus::{Delivered, Failed, Queued, Sent};
use crate::{
    Applied, Attempt, Channel, EventId, Message, OutsideWindow, Receipt, Settled, TurnError,
};

fn closed() -> Attempt {
    Attempt::WindowClosed(error("131047"))
}

/// Two messages in words, taken by a holder: as far as we know the window is open.
fn open() -> (Talk, Uuid, [Uuid; 2]) {
    let mut talk = Talk::new();
    talk.hear("hello");
    let done = talk.trigger("words");
    let held = talk.held(done.id).try_into().expect("two messages");
    (talk, done.id, held)
}

fn message(talk: &Talk, id: Uuid) -> &Message {
    talk.conversation.message(id).expect("the message")
}

fn went_instead(message: &Message) -> bool {
    matches!(message.outside_window, Some(OutsideWindow::InsteadOf { .. }))
}

#[test]
fn where_the_window_is_closed_the_templates_are_said_and_what_they_replace_is_kept() {
    let mut talk = Talk::new();
    let done = talk.trigger("words");
    assert_eq!(talk.said(), ["> [hi]", "> [pay]"]);
    assert_eq!(talk.held(done.id).len(), 2);
    for message in talk.conversation.log.iter() {
        assert_eq!((message.status, &message.error), (Queued, &None));
        assert!(went_instead(message));
    }
}

#[test]
fn where_it_is_open_the_words_are_said() {
    let (mut talk, holder, [first, second]) = open();
    assert_eq!(talk.said(), ["< hello", "> Hi cart-3", "> ?"]);
    talk.settle(holder, first, &accepted("wamid.1"));
    talk.settle(holder, second, &accepted("wamid.2"));
    assert!(talk.conversation.outbox.is_empty() && !went_instead(message(&talk, first)));
}

#[test]
fn a_template_takes_the_place_of_what_the_provider_refuses_in_its_order() {
    let (mut talk, holder, [first, second]) = open();
    assert_eq!(talk.settle(holder, first, &closed()), Settled::Recorded);
    assert_eq!(
        talk.held(holder),
        [first, second],
        "the same holder goes on, with the same message"
    );
    assert_eq!(talk.said()[1], "> [hi]");
    assert_eq!((message(&talk, first).status, &message(&talk, first).error), (Queued, &None));
    // The refusal is told again: it is not one of the template.
    assert_eq!(talk.settle(holder, first, &closed()), Settled::Before);
    talk.settle(holder, first, &accepted("wamid.1"));
    assert_eq!((message(&talk, first).status, talk.held(holder)), (Sent, vec![second]));
}

#[test]
fn a_refusal_that_another_turn_brings_late_is_none_of_the_template() {
    let (mut talk, holder, [first, _]) = open();
    talk.pass(151_000);
    let other = talk.touch().id;
    assert_eq!(talk.settle(other, first, &closed()), Settled::Recorded);
    assert_eq!(talk.settle(holder, first, &closed()), Settled::Before);
    assert_eq!((message(&talk, first).status, talk.held(other).len()), (Queued, 2));
}

#[test]
fn a_template_that_is_refused_as_well_fails_with_its_own_code() {
    let (mut talk, holder, [first, second]) = open();
    talk.settle(holder, first, &closed());
    talk.settle(holder, first, &Attempt::Refused(error("132001")));
    assert_eq!(message(&talk, first).error, Some(error("132001")));
    assert_eq!((message(&talk, first).status, talk.held(holder)), (Failed, vec![second]));
}

#[test]
fn what_has_no_template_fails_with_the_providers_code() {
    let mut talk = Talk::new();
    talk.hear("hello");
    let done = talk.trigger("three");
    let held = talk.held(done.id);
    talk.settle(done.id, held[0], &closed());
    assert_eq!(message(&talk, held[0]).error, Some(error("131047")));
    assert_eq!((message(&talk, held[0]).status, talk.held(done.id)), (Failed, held[1..].to_vec()));
}

fn failed(message: Uuid, provider_id: &str) -> Receipt {
    let error = Some(error("131047"));
    Receipt { provider_id: provider_id.to_owned(), error, ..receipt(message, Failed) }
}

#[test]
fn a_receipt_that_says_so_lets_the_template_go_once() {
    let (mut talk, holder, [first, second]) = open();
    talk.settle(holder, first, &accepted("wamid.1"));
    talk.settle(holder, second, &accepted("wamid.2"));
    let told = talk.receive(&failed(first, "wamid.1"));
    assert_eq!((told.result, talk.held(told.id)), (Applied::Updated, vec![first]));
    assert_eq!((&*talk.said()[1], message(&talk, first).status), ("> [hi]", Queued));
    // Receipts of what it went instead of, again and late, are none of the template.
    for late in [failed(first, "wamid.1"), Receipt { status: Sent, ..failed(first, "wamid.1") }] {
        assert_eq!(talk.receive(&late).result, Applied::Ignored);
    }
    assert_eq!(talk.held(told.id), [first]);
    talk.settle(told.id, first, &accepted("wamid.3"));
    talk.receive(&Receipt { provider_id: "wamid.3".into(), ..receipt(first, Delivered) });
    assert_eq!((message(&talk, first).status, &message(&talk, first).error), (Delivered, &None));
}

#[test]
fn a_receipt_that_is_faster_than_the_answer_does_not_lose_the_template() {
    let (mut talk, holder, [first, second]) = open();
    talk.receive(&failed(first, "wamid.1"));
    assert_eq!(talk.settle(holder, first, &accepted("wamid.1")), Settled::Before);
    assert_eq!(message(&talk, first).status, Queued);
    assert!(talk.conversation.outbox.iter().any(|entry| entry.message == first));
    talk.settle(holder, second, &accepted("wamid.2"));
}

#[test]
fn a_message_that_arrived_is_not_sent_again_as_a_template() {
    let (mut talk, holder, [first, _]) = open();
    talk.settle(holder, first, &accepted("wamid.out"));
    talk.receive(&receipt(first, Delivered));
    assert_eq!(talk.receive(&failed(first, "wamid.out")).result, Applied::Ignored);
    assert_eq!((message(&talk, first).status, &*talk.said()[1]), (Delivered, "> Hi cart-3"));
}

#[test]
fn what_failed_is_sent_again_as_its_template_when_the_window_has_closed() {
    let (mut talk, holder, [first, _]) = open();
    talk.settle(holder, first, &Attempt::Refused(error("131026")));
    talk.pass(2 * DAY);
    let (again, _) = talk.resend(EventId::of("test", "1"), first);
    assert_eq!(
        (again, talk.said().last().map(String::as_str)),
        (Ok(Applied::Kept), Some("> [hi]"))
    );
    let (again, _) = talk.resend(EventId::of("test", "2"), first);
    assert_eq!(again, Err(TurnError::NotFailed));
}

#[test]
fn where_there_is_no_window_there_is_no_template() {
    let phone = Talk::on(Channel::Telephony, "+14155550100");
    for mut talk in [phone, Talk::test(), Talk::on(Channel::Webchat, "shop")] {
        talk.route = Some(super::talk::pinned("words", 30));
        talk.hear("hello");
        assert!(talk.conversation.log.iter().all(|message| message.outside_window.is_none()));
        assert_eq!(talk.said()[2], "> ?", "buttons");
    }
}
