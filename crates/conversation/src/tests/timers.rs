//! What is due is done when the conversation is touched, before anything else.

use super::talk::{HOUR, MINUTE, SECOND, Talk, pinned};
use crate::{Applied, SessionStatus, limits};

#[test]
fn a_timeout_fires_when_the_conversation_is_next_touched() {
    let mut talk = Talk::test();
    let session = talk.trigger("echo").started();
    talk.pass(HOUR - SECOND);
    assert_eq!(talk.touch().fired, 0);
    talk.pass(2 * SECOND);
    assert_eq!(talk.touch().fired, 1);
    assert_eq!(talk.said(), ["> Yes?", "> bye"]);
    assert_eq!(talk.status(session), SessionStatus::Completed);
    assert_eq!(talk.touch().fired, 0);
}

#[test]
fn a_timeout_fires_before_the_message_that_came_after_it() {
    let mut talk = Talk::test();
    talk.trigger("echo");
    talk.route = Some(pinned("once", 30));
    talk.pass(HOUR + SECOND);
    talk.hear("hello");
    assert_eq!(talk.said(), ["> Yes?", "> bye", "< hello", "> Name?"]);
}

#[test]
fn a_timer_that_is_due_comes_before_an_expiry_that_is_due_as_well() {
    let mut talk = Talk::test();
    let session = talk.trigger("echo").started();
    talk.pass(24 * HOUR);
    talk.touch();
    assert_eq!(talk.said().last().unwrap(), "> bye");
    assert_eq!(talk.status(session), SessionStatus::Completed, "not expired");
}

#[test]
fn after_the_newer_session_expired_the_older_one_goes_on_and_is_due_in_its_turn() {
    let mut talk = Talk::test();
    let older = talk.trigger("once").started();
    let newer = talk.trigger("echo").started();
    talk.pass(HOUR + MINUTE);
    assert_eq!(talk.touch().fired, 1);
    assert_eq!(talk.status(newer), SessionStatus::Completed);
    assert_eq!(talk.status(older), SessionStatus::Running, "it stood still meanwhile");
    talk.pass(30 * MINUTE);
    assert_eq!(talk.touch().fired, 1);
    assert_eq!(talk.status(older), SessionStatus::Expired);
}

#[test]
fn a_flow_that_is_always_due_does_not_run_for_ever() {
    let mut talk = Talk::test();
    talk.trigger("restless");
    talk.pass(MINUTE);
    let done = talk.touch();
    assert_eq!(done.fired, limits::TIMERS_A_TOUCH);
    assert!(talk.conversation.check_at.is_some_and(|at| at.0 > talk.clock), "goes on later");
}

#[test]
fn a_clock_that_goes_back_does_not_take_the_conversation_with_it() {
    let mut talk = Talk::test();
    talk.trigger("echo");
    let before = talk.conversation.updated_at;
    talk.clock -= MINUTE;
    assert!(matches!(talk.hear("hello").result, Applied::Advanced(_)));
    assert!(talk.conversation.updated_at > before);
    assert!(talk.conversation.log.iter().map(|message| message.at).is_sorted());
}
