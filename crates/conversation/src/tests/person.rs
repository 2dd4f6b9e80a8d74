//! A person takes a conversation over, speaks, and gives it back.

use flow::EffectResult;
use serde_json::json;
use uuid::Uuid;

use super::talk::{HOUR, MINUTE, SECOND, Talk, accepted, pinned};
use crate::{Applied, Channel, EventId, KeyUse, MessageStatus, SessionStatus, TurnError, limits};

fn pause(talk: &mut Talk, paused: bool) {
    talk.pause(paused);
}

fn event(request: &str) -> EventId {
    EventId::of("console", request)
}

fn speak(talk: &mut Talk, request: &str, text: &str) -> Applied {
    talk.turn(|turn, conversation| {
        turn.speak(conversation, event(request), text).expect("a person who may speak")
    })
    .result
}

/// What a turn that is not committed says.
fn refused(talk: &Talk, text: &str) -> Result<Applied, TurnError> {
    let ids = (Uuid::nil(), Uuid::nil());
    let (_, refused, ..) = talk.apply(&talk.conversation, ids, |turn, conversation| {
        turn.speak(conversation, event("refused"), text)
    });
    refused
}

#[test]
fn a_person_speaks_while_the_ai_rests_and_not_before() {
    let mut talk = Talk::test();
    talk.hear("hello?");
    assert!(talk.conversation.needs_attention);
    assert_eq!(refused(&talk, "It is me"), Err(TurnError::NotPaused));
    pause(&mut talk, true);
    assert!(talk.conversation.needs_attention, "nobody has answered yet");
    assert_eq!(speak(&mut talk, "1", "It is me"), Applied::Kept);
    assert_eq!(talk.said(), ["< hello?", "> It is me"]);
    assert_eq!(talk.last().status, MessageStatus::Sent);
    assert_eq!(talk.last().session, None);
    assert!(!talk.conversation.needs_attention);
}

#[test]
fn what_a_person_says_twice_with_one_request_is_said_once() {
    let mut talk = Talk::test();
    pause(&mut talk, true);
    speak(&mut talk, "1", "ok");
    speak(&mut talk, "2", "ok");
    assert_eq!(speak(&mut talk, "1", "ok"), Applied::Duplicate);
    assert_eq!(talk.said(), ["> ok", "> ok"]);
    // Which is which, is known.
    let requests: Vec<_> = talk.conversation.log.iter().map(|message| message.request).collect();
    assert_eq!(requests, [Some(event("1")), Some(event("2"))]);
    // Also when the pause is over by then.
    pause(&mut talk, false);
    assert_eq!(speak(&mut talk, "2", "ok"), Applied::Duplicate);
}

#[test]
fn what_a_person_says_is_sent_where_the_channel_sends() {
    let mut talk = Talk::new();
    talk.hear("hello?");
    pause(&mut talk, true);
    let said = talk.turn(|turn, conversation| {
        turn.speak(conversation, event("1"), "It is me").expect("a person who may speak")
    });
    let [message] = talk.held(said.id)[..] else { panic!("one message") };
    talk.settle(said.id, message, &accepted("wamid.1"));
    assert_eq!(talk.last().status, MessageStatus::Sent);
    // The window is closed a day later.
    talk.pass(25 * HOUR);
    speak(&mut talk, "2", "Still there?");
    assert_eq!(talk.last().status, MessageStatus::Failed);
    assert_eq!(talk.last().error.as_ref().map(|error| error.code.as_str()), Some("131047"));
}

#[test]
fn a_person_is_told_when_too_much_waits() {
    let mut talk = Talk::on(Channel::Telephony, "+14155550100");
    pause(&mut talk, true);
    for n in 0..limits::OUTBOX {
        speak(&mut talk, &n.to_string(), "word");
    }
    assert!(matches!(refused(&talk, "one too many"), Err(TurnError::Full(_))));
}

#[test]
fn a_pause_twice_is_a_pause_and_changes_nothing() {
    let mut talk = Talk::test();
    talk.trigger("echo");
    pause(&mut talk, true);
    talk.pass(10 * MINUTE);
    let again = talk.pause(true);
    assert!(again.finished.is_none());
    pause(&mut talk, false);
    let again = talk.pause(false);
    assert!(again.finished.is_none());
}

#[test]
fn a_pause_that_is_asked_for_again_leaves_what_was_done_since() {
    let mut talk = Talk::test();
    let used = |body| KeyUse { key: EventId::of("key", "1"), body: EventId::of("body", body) };
    let ask = |talk: &mut Talk| {
        talk.turn(|turn, conversation| turn.pause(conversation, true, &used("true"))).result
    };
    assert_eq!(ask(&mut talk), Ok(()));
    assert!(talk.conversation.paused);
    pause(&mut talk, false);
    assert_eq!(ask(&mut talk), Ok(()));
    assert!(!talk.conversation.paused, "somebody gave it back meanwhile");

    let ids = (Uuid::nil(), Uuid::nil());
    let (_, other, ..) = talk.apply(&talk.conversation, ids, |turn, conversation| {
        turn.pause(conversation, false, &used("false"))
    });
    assert_eq!(other, Err(TurnError::KeyReused));
}

#[test]
fn a_session_stands_still_in_a_pause_and_goes_on_where_it_stood() {
    let mut talk = Talk::test();
    let session = talk.trigger("echo").started();
    talk.pass(40 * MINUTE);
    pause(&mut talk, true);
    talk.pass(100 * HOUR);
    assert_eq!(talk.touch().fired, 0);
    assert_eq!(talk.hear("hello?").result, Applied::Kept);
    assert_eq!(talk.said(), ["> Yes?", "< hello?"]);
    assert!(talk.conversation.needs_attention);
    assert_eq!(talk.conversation.due(), None, "nobody need look at it");

    pause(&mut talk, false);
    assert!(!talk.conversation.needs_attention);
    talk.pass(19 * MINUTE);
    assert_eq!(talk.touch().fired, 0, "twenty minutes are left");
    assert_eq!(talk.hear("again").result, Applied::Advanced(session));
    assert_eq!(talk.said()[2..], ["< again", "> got again", "> Yes?"]);
    talk.pass(HOUR + SECOND);
    assert_eq!(talk.touch().fired, 1);
    assert_eq!(talk.status(session), SessionStatus::Completed);
}

#[test]
fn of_two_sessions_only_the_newer_goes_on_after_a_pause() {
    let mut talk = Talk::test();
    let older = talk.trigger("once").started();
    let newer = talk.trigger("echo").started();
    pause(&mut talk, true);
    talk.pass(10 * HOUR);
    pause(&mut talk, false);
    talk.pass(HOUR + SECOND);
    assert_eq!(talk.touch().fired, 1);
    assert_eq!(talk.status(newer), SessionStatus::Completed);
    assert_eq!(talk.status(older), SessionStatus::Running, "it stood still all the time");
    talk.pass(29 * MINUTE);
    assert_eq!(talk.touch().fired, 0);
    talk.pass(2 * MINUTE);
    assert_eq!(talk.touch().fired, 1);
    assert_eq!(talk.status(older), SessionStatus::Expired);
}

#[test]
fn no_workflow_starts_in_a_pause_and_the_next_message_starts_one_after_it() {
    let mut talk = Talk::test();
    talk.route = Some(pinned("once", 30));
    pause(&mut talk, true);
    assert_eq!(talk.hear("hello?").result, Applied::Kept);
    assert!(talk.conversation.sessions.is_empty());
    pause(&mut talk, false);
    assert!(matches!(talk.hear("hello!").result, Applied::Advanced(_)));
    assert_eq!(talk.said(), ["< hello?", "< hello!", "> Name?"]);
}

#[test]
fn what_was_asked_before_a_pause_is_answered_after_it() {
    let mut talk = Talk::test();
    let started = talk.trigger("lookup");
    let call = talk.conversation.held_calls(started.id).next().expect("a call").id;
    talk.hear("and this?");
    pause(&mut talk, true);
    let found = EffectResult::Http { status: 200, body: json!({"x": "here"}) };
    talk.turn_of(started.id, |turn, conversation| turn.called(conversation, call, &found));
    speak(&mut talk, "1", "I take over.");
    assert_eq!(talk.said()[2..], ["> I take over."], "nobody speaks but the person");
    talk.pass(5 * MINUTE);
    assert_eq!(talk.touch().fired, 0);
    assert_eq!(talk.said().len(), 3);
    pause(&mut talk, false);
    assert_eq!(talk.said()[3..], ["> It is here. More?"]);
    assert!(talk.conversation.calls.is_empty());
}

#[test]
fn stop_is_obeyed_in_a_pause_as_well() {
    let mut talk = Talk::test();
    let session = talk.trigger("echo").started();
    pause(&mut talk, true);
    talk.hear("STOP");
    assert_eq!(talk.said().len(), 3, "it is confirmed");
    assert_eq!(talk.session(session).outcome.as_deref(), Some("opted_out"));
    assert!(talk.conversation.paused, "the person is still there");
}

#[test]
fn a_trigger_ends_a_pause() {
    let mut talk = Talk::test();
    let running = talk.trigger("echo").started();
    pause(&mut talk, true);
    talk.pass(2 * HOUR);
    let request = talk.request("echo");
    let again = talk.try_trigger(&request).expect("a trigger that is not refused");
    assert_eq!(again.result, Applied::AlreadyRunning(running));
    assert!(!talk.conversation.paused);
    assert_eq!(talk.hear("hi").result, Applied::Advanced(running));
}

#[test]
fn an_agent_that_rests_answers_nothing_and_its_sessions_wait() {
    let mut talk = Talk::test();
    talk.route = Some(pinned("once", 30));
    let session = talk.trigger("echo").started();
    talk.rests = true;
    assert_eq!(talk.hear("hello?").result, Applied::Kept);
    assert!(talk.conversation.needs_attention && !talk.conversation.paused);
    talk.rests = false;
    assert_eq!(talk.hear("hello!").result, Applied::Advanced(session));
    assert_eq!(talk.said(), ["> Yes?", "< hello?", "< hello!", "> got hello!", "> Yes?"]);
}
