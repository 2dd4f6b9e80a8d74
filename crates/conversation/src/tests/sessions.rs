//! Several sessions: which one is spoken to, which stand still, how long they live.

use flow::{Awaits, State};

use super::talk::{HOUR, MINUTE, SECOND, Talk};
use crate::{Applied, Conversation, EventId, KeyUse, SessionStatus, limits};

#[test]
fn a_message_goes_to_the_newest_session_that_waits_for_one() {
    let mut talk = Talk::test();
    let older = talk.trigger("echo").started();
    let newer = talk.trigger("once").started();
    assert_eq!(talk.hear("Ann").result, Applied::Advanced(newer));
    assert_eq!(talk.status(newer), SessionStatus::Completed);
    assert_eq!(talk.hear("hello").result, Applied::Advanced(older), "it goes on");
}

#[test]
fn a_message_passes_by_a_session_that_waits_for_a_time() {
    let mut talk = Talk::test();
    let older = talk.trigger("echo").started();
    let newer = talk.trigger("once").started();
    talk.session_mut(newer).state.awaits = Awaits::Time;
    assert_eq!(talk.hear("hello").result, Applied::Advanced(older));
}

#[test]
fn a_suspended_session_gets_back_the_time_it_stood_still() {
    let mut talk = Talk::test();
    let older = talk.trigger("echo").started();
    let (deadline, expires) =
        (talk.session(older).state.deadline.unwrap(), talk.session(older).expires_at);
    talk.pass(10 * MINUTE);
    let begun = talk.conversation.now(flow::Timestamp(talk.clock)).0;
    talk.trigger("once");
    assert!(talk.session(older).suspended_at.is_some());
    talk.pass(20 * MINUTE);
    talk.hear("Ann");
    let stood = talk.conversation.updated_at.0 - begun;
    assert!(stood >= 20 * MINUTE);
    let session = talk.session(older);
    assert_eq!(session.suspended_at, None);
    assert_eq!(session.state.deadline.unwrap().0, deadline.0 + stood);
    assert_eq!(session.expires_at.0, expires.0 + stood);
}

#[test]
fn a_suspended_session_does_not_time_out_nor_expire() {
    let mut talk = Talk::test();
    let older = talk.trigger("echo").started();
    talk.trigger("once");
    for _ in 0..8 {
        // The newer one is kept alive, for longer than the older one would live.
        talk.pass(20 * MINUTE);
        let newer = talk.conversation.acting().next().unwrap().id;
        talk.session_mut(newer).expires_at.0 += 20 * MINUTE;
        talk.touch();
    }
    assert_eq!(talk.status(older), SessionStatus::Running);
    talk.hear("Ann");
    talk.pass(HOUR);
    assert_eq!(talk.touch().fired, 1, "now it times out");
    assert_eq!(talk.said().last().unwrap(), "> bye");
}

#[test]
fn time_spent_before_an_answer_is_not_given_back_to_a_suspended_session() {
    let mut talk = Talk::test();
    let older = talk.trigger("echo").started();
    let newer = talk.trigger("once").started();
    talk.session_mut(newer).state.awaits = Awaits::Time;
    talk.pass(25 * MINUTE);
    // Goes to the suspended one, whose timeout of an hour is counted anew.
    talk.hear("hello");
    let answered = talk.conversation.updated_at.0;
    talk.pass(MINUTE);
    talk.session_mut(newer).state.awaits = Awaits::Reply;
    talk.hear("Ann");
    let resumed = talk.conversation.updated_at.0;
    let deadline = talk.session(older).state.deadline.unwrap().0;
    assert_eq!(deadline, answered + HOUR + (resumed - answered));
}

#[test]
fn a_session_expires_a_ttl_after_the_last_interaction() {
    let mut talk = Talk::test();
    let session = talk.trigger("once").started();
    assert_eq!(talk.session(session).expires_at.0, talk.conversation.updated_at.0 + 30 * MINUTE);
    talk.pass(30 * MINUTE - SECOND);
    talk.touch();
    assert_eq!(talk.status(session), SessionStatus::Running);
    talk.pass(2 * SECOND);
    assert_eq!(talk.touch().fired, 1);
    assert_eq!(talk.status(session), SessionStatus::Expired);
    assert_eq!(talk.conversation.due(), None);
}

#[test]
fn an_armed_timer_puts_the_expiry_off() {
    let mut talk = Talk::test();
    let session = talk.trigger("echo").started();
    let asked = talk.conversation.updated_at.0;
    assert_eq!(talk.session(session).expires_at.0, asked + HOUR + 30 * MINUTE);
    talk.pass(5 * MINUTE);
    talk.hear("hello");
    let answered = talk.conversation.updated_at.0;
    assert_eq!(talk.session(session).expires_at.0, answered + HOUR + 30 * MINUTE);
}

#[test]
fn the_newest_ended_sessions_stay_in_the_document() {
    let mut talk = Talk::test();
    for _ in 0..limits::ENDED_SESSIONS + 5 {
        talk.trigger("three");
    }
    let last = talk.trigger("three").started();
    assert_eq!(talk.conversation.sessions.len(), limits::ENDED_SESSIONS);
    assert_eq!(talk.conversation.sessions.last().unwrap().id, last);
}

#[test]
fn what_ended_sessions_ran_with_is_not_read_by_a_turn() {
    let mut talk = Talk::test();
    for _ in 0..3 {
        let session = talk.trigger("once").started();
        talk.hear("done");
        assert_eq!(talk.status(session), SessionStatus::Completed);
    }
    let running = talk.trigger("echo").started();
    let used = KeyUse { key: EventId::of("request", "1"), body: EventId::of("body", "1") };
    let (after, ..) = talk.apply(&talk.conversation, Default::default(), |turn, conversation| {
        turn.pause(conversation, true, &used)
    });
    assert_ne!(after, talk.conversation);
    serde_json::to_vec(&after).unwrap();
    for session in &after.sessions {
        assert_eq!(session.state.is_read(), session.id == running);
        assert_eq!(session.context.is_read(), session.id == running);
    }
}

#[test]
fn a_session_that_cannot_be_read_is_kept_if_it_ended_and_else_nothing_is_done_in_its_conversation()
{
    let mut talk = Talk::test();
    talk.trigger("three");
    let ended = serde_json::to_string(&talk.conversation).unwrap();
    let later =
        ended.replacen(r#""state":{}"#, r#""state":{"awaits":{"of":"a later version"}}"#, 1);
    assert_ne!(later, ended);
    let read: Conversation = serde_json::from_str(&later).unwrap();
    assert_eq!(*read.sessions[0].state, State::default());
    assert_eq!(serde_json::to_string(&read).unwrap(), later);
    let running = later.replacen(r#""status":"completed""#, r#""status":"running""#, 1);
    assert_ne!(running, later);
    assert!(serde_json::from_str::<Conversation>(&running).is_err());
}

#[test]
fn a_session_that_fails_says_why() {
    let mut talk = Talk::new();
    talk.hear("hello");
    for _ in 0..limits::OUTBOX / 3 {
        talk.trigger("three");
    }
    let full = talk.trigger("three").started();
    assert_eq!(talk.status(full), SessionStatus::Failed);
    let session = talk.session(full);
    assert_eq!(session.error.as_ref().unwrap().code, "outbox_limit");
    assert_eq!((session.completed_at, &session.outcome), (None, &None));
}
