//! Starting workflows.

use super::talk::{HOUR, Talk};
use crate::{Applied, SessionStatus, TurnError};

#[test]
fn a_trigger_starts_a_session_that_speaks_first() {
    let mut talk = Talk::new();
    let done = talk.trigger("offer");
    let session = done.started();
    assert_eq!(talk.said(), ["> [offer]"]);
    assert_eq!(talk.status(session), SessionStatus::Running);
    assert_eq!(talk.last().session, Some(session));
    assert_eq!(talk.held(done.id), [talk.last().id], "the turn that wrote it sends it");
}

#[test]
fn a_workflow_runs_once_at_a_time() {
    let mut talk = Talk::new();
    let session = talk.trigger("offer").started();
    let again = talk.trigger("offer");
    assert_eq!(again.result, Applied::AlreadyRunning(session));
    assert_eq!(again.finished, None, "nothing is written");
    talk.hear("ok");
    assert_eq!(talk.status(session), SessionStatus::Completed);
    assert_ne!(talk.trigger("offer").started(), session, "and again once it has ended");
}

#[test]
fn a_trigger_after_a_handoff_takes_its_answers_itself() {
    let mut talk = Talk::new();
    talk.trigger("handoff");
    assert!(talk.conversation.paused);
    let session = talk.trigger("offer").started();
    talk.hear("ok");
    assert_eq!(talk.status(session), SessionStatus::Completed);
    assert!(talk.conversation.needs_attention, "a person is still to look at it");
}

#[test]
fn the_same_key_starts_one_session_however_often_it_comes() {
    let mut talk = Talk::new();
    let request = talk.keyed("offer", "k1", "body");
    let session = talk.try_trigger(&request).unwrap().started();
    for _ in 0..3 {
        let again = talk.try_trigger(&request).unwrap();
        assert_eq!((again.result, again.finished), (Applied::Started(session), None));
    }
    talk.hear("ok");
    talk.pass(48 * HOUR);
    talk.touch();
    let later = talk.try_trigger(&request).unwrap();
    assert_eq!(later.result, Applied::Started(session), "long after it has ended");
    assert_eq!(talk.said().iter().filter(|said| *said == "> [offer]").count(), 1);
}

#[test]
fn the_same_key_with_another_body_is_refused() {
    let mut talk = Talk::new();
    let request = talk.keyed("offer", "k1", "body");
    talk.try_trigger(&request).unwrap();
    let other = talk.keyed("offer", "k1", "another");
    assert_eq!(talk.try_trigger(&other).err(), Some(TurnError::KeyReused));
    let before = talk.conversation.clone();
    assert_eq!(talk.touch().finished, None);
    assert_eq!(talk.conversation, before);
}

#[test]
fn the_last_sixteen_keys_are_remembered_with_their_bodies() {
    let mut talk = Talk::test();
    for n in 0..17 {
        let request = talk.keyed("three", &format!("k{n}"), "body");
        talk.try_trigger(&request).unwrap();
    }
    let second = talk.keyed("three", "k1", "another");
    assert_eq!(talk.try_trigger(&second).err(), Some(TurnError::KeyReused));
    let first = talk.keyed("three", "k0", "body");
    let again = talk.try_trigger(&first).unwrap();
    assert_eq!(again.finished, None, "forgotten with its body, but not as an event");
}

#[test]
fn a_trigger_may_start_at_a_node_which_must_be_there() {
    let mut talk = Talk::test();
    let mut request = talk.request("three");
    request.start_at = Some("b".to_owned());
    talk.try_trigger(&request).unwrap();
    assert_eq!(talk.said(), ["> two", "> three"]);
    let mut request = talk.request("three");
    request.start_at = Some("z".to_owned());
    let refused = talk.try_trigger(&request).err();
    assert_eq!(refused, Some(TurnError::UnknownNode("z".to_owned())));
}

#[test]
fn a_content_that_is_not_there_is_refused_and_one_that_vanished_fails_its_session() {
    let mut talk = Talk::new();
    let request = talk.request("nowhere");
    assert_eq!(talk.try_trigger(&request).err(), Some(TurnError::Unavailable));
    let session = talk.trigger("offer").started();
    talk.session_mut(session).content = "nowhere".to_owned();
    talk.hear("ok");
    assert_eq!(talk.status(session), SessionStatus::Failed);
    assert_eq!(talk.session(session).error.as_ref().unwrap().code, "workflow_unavailable");
}

#[test]
fn a_session_stays_on_the_content_it_started_on() {
    let mut talk = Talk::test();
    let first = talk.trigger("echo").started();
    // Another content of the same workflow is live by now.
    assert_eq!(talk.trigger("echo2").result, Applied::AlreadyRunning(first));
    talk.hear("a");
    assert_eq!(talk.said(), ["> Yes?", "< a", "> got a", "> Yes?"]);
    talk.pass(3 * HOUR);
    talk.touch();
    talk.trigger("echo2");
    talk.hear("b");
    assert_eq!(talk.said()[5..], ["> Yes, please?", "< b", "> heard b", "> Yes, please?"]);
}
