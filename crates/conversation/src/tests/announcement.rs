//! The due slots that make the sweep look. That what is due is announced in time is checked of every turn: `talk.rs`.

use super::talk::{MINUTE, SECOND, Talk};

#[test]
fn nothing_due_needs_no_slot() {
    let mut talk = Talk::test();
    assert_eq!(talk.hear("hello").finished.unwrap().announce, None);
}

#[test]
fn a_session_is_announced_for_the_minute_after_it_is_due() {
    let mut talk = Talk::test();
    let done = talk.trigger("once");
    let due = talk.conversation.due().unwrap().0;
    assert_eq!(done.finished.unwrap().announce, Some(due.div_ceil(MINUTE)));
}

#[test]
fn a_busy_conversation_writes_no_more_than_a_slot_a_minute() {
    let mut talk = Talk::test();
    talk.trigger("once");
    talk.trigger("echo");
    let (mut slots, begun) = (0, talk.clock);
    while talk.clock < begun + 120 * MINUTE {
        talk.pass(7 * SECOND);
        slots += u64::from(talk.hear("a").finished.unwrap().announce.is_some());
    }
    assert!(slots <= 4, "{slots} in two hours: a slot that is early enough serves");
}

#[test]
fn what_is_due_sooner_gets_a_slot_of_its_own() {
    let mut talk = Talk::new();
    let first = talk.trigger("echo").finished.unwrap().announce.unwrap();
    let second = talk.trigger("offer").finished.unwrap().announce.unwrap();
    assert!(second < first, "a lease runs out sooner than a session");
}

#[test]
fn a_slot_that_has_passed_is_replaced_when_the_conversation_is_touched() {
    let mut talk = Talk::test();
    talk.trigger("echo");
    talk.pass(59 * MINUTE);
    talk.hear("a");
    // The slot was for the first deadline.
    talk.pass(2 * MINUTE);
    let done = talk.touch();
    assert_eq!(done.fired, 0);
    assert!(done.finished.unwrap().announce.is_some());
    assert_eq!(talk.touch().finished, None, "once");
}
