//! What the provider tells of messages that it accepted.

use super::talk::{Talk, accepted, error, receipt};
use crate::MessageStatus::{Delivered, Failed, Queued, Read, Sent};
use crate::{Applied, Attempt, MessageStatus, Receipt};

fn sent() -> (Talk, uuid::Uuid) {
    let mut talk = Talk::new();
    let done = talk.trigger("offer");
    let message = talk.held(done.id)[0];
    talk.settle(done.id, message, &accepted("wamid.out"));
    (talk, message)
}

fn status_after(receipts: &[MessageStatus]) -> MessageStatus {
    let (mut talk, message) = sent();
    for status in receipts {
        talk.receive(&receipt(message, *status));
    }
    talk.last().status
}

#[test]
fn a_status_only_moves_forward_in_whatever_order_receipts_come() {
    for order in [[Sent, Delivered, Read], [Read, Delivered, Sent], [Delivered, Read, Sent]] {
        assert_eq!(status_after(&order), Read, "{order:?}");
    }
    assert_eq!(status_after(&[Failed, Sent]), Failed);
    assert_eq!(status_after(&[Delivered, Failed]), Delivered);
}

#[test]
fn a_receipt_that_tells_nothing_new_writes_nothing() {
    let (mut talk, message) = sent();
    assert_eq!(talk.receive(&receipt(message, Delivered)).result, Applied::Updated);
    for status in [Delivered, Sent] {
        let again = talk.receive(&receipt(message, status));
        assert_eq!((again.result, again.finished), (Applied::Ignored, None));
    }
}

#[test]
fn a_failure_has_its_reason_until_the_message_arrives_after_all() {
    let (mut talk, message) = sent();
    talk.receive(&receipt(message, Failed));
    assert_eq!(talk.last().error, Some(error("131026")));
    talk.receive(&receipt(message, Delivered));
    assert_eq!((talk.last().status, &talk.last().error), (Delivered, &None));
}

#[test]
fn a_receipt_settles_a_message_that_nobody_answered_for_and_lets_the_next_one_go() {
    let mut talk = Talk::new();
    talk.hear("hello");
    let done = talk.trigger("three");
    let [first, second, third] = talk.held(done.id)[..] else { panic!("three messages") };
    talk.settle(done.id, first, &Attempt::Unanswered);
    assert!(talk.held(done.id).is_empty(), "what comes after it waits");
    let next = talk.receive(&receipt(first, Sent));
    assert_eq!(talk.conversation.message(first).unwrap().status, Sent);
    assert_eq!(talk.held(next.id), [second, third]);
}

#[test]
fn a_receipt_without_our_id_finds_the_message_by_the_providers() {
    let (mut talk, message) = sent();
    let receipt = Receipt { message: None, ..receipt(message, Read) };
    assert_eq!(talk.receive(&receipt).result, Applied::Updated);
    assert_eq!(talk.last().status, Read);
}

#[test]
fn a_receipt_never_advances_a_session_nor_moves_what_came_in() {
    let mut talk = Talk::new();
    talk.hear_as("wamid.in", "hello");
    let id = talk.last().id;
    for message in [Some(id), Some(uuid::Uuid::nil()), None] {
        let receipt =
            Receipt { message, provider_id: "wamid.in".to_owned(), ..receipt(id, Delivered) };
        assert_eq!(talk.receive(&receipt).result, Applied::Ignored);
    }
    assert_eq!(talk.last().status, MessageStatus::Received);
}

#[test]
fn a_receipt_that_is_faster_than_the_answer_settles_it() {
    let mut talk = Talk::new();
    let done = talk.trigger("offer");
    let message = talk.held(done.id)[0];
    assert_eq!(talk.last().status, Queued);
    talk.receive(&receipt(message, Delivered));
    assert_eq!(talk.settle(done.id, message, &Attempt::Unanswered), crate::Settled::Before);
    talk.settle(done.id, message, &accepted("wamid.out"));
    assert_eq!((talk.last().status, talk.conversation.outbox.len()), (Delivered, 0));
}
