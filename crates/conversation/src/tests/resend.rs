//! Messages that failed, sent again by the operator's word.

use super::talk::{DAY, SECOND, Talk, accepted, error};
use crate::MessageStatus::{Failed, Sent};
use crate::{Applied, Attempt, EventId, TurnError};

/// A message that failed, and two that went.
fn failed() -> (Talk, uuid::Uuid) {
    let mut talk = Talk::new();
    talk.hear("hello");
    let done = talk.trigger("three");
    let held = talk.held(done.id);
    talk.settle(done.id, held[0], &Attempt::Refused(error("131026")));
    talk.settle(done.id, held[1], &accepted("wamid.2"));
    talk.settle(done.id, held[2], &accepted("wamid.3"));
    (talk, held[0])
}

#[test]
fn what_failed_is_told_once_and_waits_again_when_it_is_sent_again() {
    let (mut talk, id) = failed();
    let done = talk.resend(EventId::of("test", "1"), id);
    assert_eq!(done.0, Ok(Applied::Kept));
    let failed = talk.conversation.message(id).unwrap();
    let again = failed.resent_as.expect("another message");
    assert_eq!((failed.status, &failed.error), (Failed, &Some(error("131026"))));
    assert_eq!(talk.said().last(), talk.said().get(1), "the same words");
    assert_eq!(talk.held(done.1), [again], "the turn that asked for it sends it");
    assert_eq!(talk.resend(EventId::of("test", "1"), id).0, Ok(Applied::Duplicate));
    assert_eq!(talk.resend(EventId::of("test", "2"), id).0, Err(TurnError::NotFailed));
    talk.settle(done.1, again, &accepted("wamid.1"));
    assert_eq!(talk.last().status, Sent);
}

#[test]
fn what_did_not_fail_or_may_not_be_sent_now_is_not_sent_again() {
    let (mut talk, id) = failed();
    for other in talk.conversation.log.clone().iter().filter(|message| message.id != id) {
        assert_eq!(talk.resend(EventId::of("test", "1"), other.id).0, Err(TurnError::NotFailed));
    }
    talk.pass(DAY + SECOND);
    assert_eq!(talk.resend(EventId::of("test", "1"), id).0, Err(TurnError::WindowClosed));
    talk.hear("stop");
    assert_eq!(talk.resend(EventId::of("test", "1"), id).0, Err(TurnError::OptedOut));
}

#[test]
fn a_turn_tells_what_has_failed_in_it() {
    let mut talk = Talk::new();
    talk.hear("hello");
    let done = talk.trigger("three");
    assert!(done.finished.unwrap().failed.is_empty());
    let id = talk.held(done.id)[0];
    let finished = talk.settled(done.id, id, &Attempt::Refused(error("131026")));
    assert_eq!(finished.unwrap().failed, [id]);
    assert!(talk.touch().finished.is_none_or(|finished| finished.failed.is_empty()));
}
