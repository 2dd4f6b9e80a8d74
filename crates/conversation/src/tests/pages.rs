//! Older messages move to pages, which are written once and say the same whoever writes them.

use std::collections::BTreeSet;

use super::talk::{Talk, accepted, receipt};
use crate::{Message, MessageStatus, limits};

fn page(value: &[u8]) -> Vec<Message> {
    serde_json::from_slice(value).expect("a page of messages")
}

#[test]
fn every_message_is_in_the_document_or_in_one_page() {
    let mut talk = Talk::test();
    talk.trigger("echo");
    for _ in 0..200 {
        talk.hear("a");
    }
    let mut sequences: Vec<u64> = talk.conversation.log.iter().map(|m| m.sequence).collect();
    for n in 1..=talk.conversation.log_pages {
        sequences.extend(page(&talk.pages[&format!("log/{n}")]).iter().map(|m| m.sequence));
    }
    let all: BTreeSet<u64> = sequences.iter().copied().collect();
    assert_eq!(sequences.len(), all.len(), "none twice");
    assert_eq!(all, (1..=601).collect());
    assert!((50..75 + 3).contains(&talk.conversation.log.len()));
}

#[test]
fn turns_that_race_write_the_same_page() {
    let mut talk = Talk::new();
    let done = talk.trigger("offer");
    let message = talk.held(done.id)[0];
    talk.settle(done.id, message, &accepted("wamid.out"));
    // One of them waits to be sent.
    while talk.conversation.log.len() <= limits::LOG_KEPT + limits::LOG_PAGE {
        talk.hear("a");
    }
    let before = talk.conversation.clone();
    let read = talk.receive(&receipt(message, MessageStatus::Read));
    talk.conversation = before.clone();
    talk.pages.clear();
    let heard = talk.hear("b");
    talk.conversation = before;
    talk.pages.clear();
    let many = talk.turn(|turn, conversation| {
        for n in 0..60 {
            turn.inbound(conversation, &super::talk::inbound(&format!("many.{n}"), "c"), None)
                .unwrap();
        }
    });
    let pages = heard.finished.unwrap().pages;
    assert_eq!(pages.len(), 1);
    assert_eq!(many.finished.unwrap().pages, pages);
    // Its message is in the page by then: nothing to change, and nothing written.
    assert_eq!(read.finished, None);
}

#[test]
fn a_message_that_waits_to_be_sent_stays_in_the_document_and_holds_up_no_other() {
    let mut talk = Talk::new();
    let done = talk.trigger("offer");
    let waiting = talk.held(done.id)[0];
    for _ in 0..200 {
        talk.hear("a");
    }
    assert!(talk.conversation.message(waiting).is_some());
    assert!(talk.conversation.log.len() < limits::LOG_KEPT + limits::LOG_PAGE + 4);
    talk.settle(done.id, waiting, &accepted("wamid.out"));
    assert_eq!(talk.conversation.message(waiting).unwrap().status, MessageStatus::Sent);
}

#[test]
fn what_counts_of_a_message_is_its_text() {
    let mut talk = Talk::new();
    for n in 0..limits::LOG_KEPT + limits::LOG_PAGE - 5 {
        talk.hear(&format!("{n:0800}"));
    }
    let json = serde_json::to_vec(&talk.conversation.log).unwrap().len();
    assert!(json > limits::LOG_BYTES, "{json}");
    assert_eq!(talk.conversation.log_pages, 0);
}

#[test]
fn large_messages_move_to_a_page_earlier() {
    let mut talk = Talk::new();
    for _ in 0..40 {
        talk.hear(&"é".repeat(4_000));
        let bytes: usize = talk.conversation.log.iter().map(Message::bytes).sum();
        assert!(bytes < limits::LOG_BYTES + 10_000, "{bytes}");
    }
    assert!(talk.conversation.log_pages > 2);
}
