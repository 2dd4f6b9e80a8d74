//! While a session waits for a call, and what comes of it.

use flow::{EffectResult, Request};
use serde_json::json;
use uuid::Uuid;

use super::talk::{MINUTE, SECOND, Talk, pinned};
use crate::{Applied, SessionStatus, Settled, TurnError, limits};

fn found(x: &str) -> EffectResult {
    EffectResult::Http { status: 200, body: json!({ "x": x }) }
}

/// A test conversation, in which a session waits for a call: its holder, and the call.
fn calling() -> (Talk, Uuid, Uuid) {
    let mut talk = Talk::test();
    let started = talk.trigger("lookup");
    let call = talk.conversation.held_calls(started.id).next().expect("a call").id;
    (talk, started.id, call)
}

fn called(talk: &mut Talk, holder: Uuid, call: Uuid, result: &EffectResult) -> Settled {
    talk.turn_of(holder, |turn, conversation| turn.called(conversation, call, result)).result
}

#[test]
fn a_call_is_committed_with_what_is_said_and_its_result_goes_on_from_there() {
    let (mut talk, holder, call) = calling();
    assert_eq!(talk.said(), ["> One moment"]);
    let Request::Http(request) = &talk.conversation.calls[0].effect.request else {
        panic!("no address");
    };
    assert_eq!(request.url, "https://api.example.com/lookup");
    assert_eq!(called(&mut talk, holder, call, &found("here")), Settled::Recorded);
    assert_eq!(talk.said(), ["> One moment", "> It is here. More?"]);
    assert!(talk.conversation.calls.is_empty());
}

#[test]
fn a_result_counts_once_whoever_brings_it() {
    let (mut talk, holder, call) = calling();
    assert_eq!(called(&mut talk, Uuid::from_u128(99), call, &found("one")), Settled::Recorded);
    assert_eq!(called(&mut talk, holder, call, &found("two")), Settled::Before);
    assert_eq!(talk.said().len(), 2);
}

#[test]
fn a_call_whose_holder_is_gone_is_taken_over() {
    let (mut talk, holder, call) = calling();
    talk.pass(149 * SECOND);
    let other = talk.touch().id;
    assert_eq!(talk.conversation.held_calls(other).count(), 0);
    talk.pass(2 * SECOND);
    let other = talk.touch().id;
    assert_eq!(talk.conversation.held_calls(other).next().map(|call| call.id), Some(call));
    assert_eq!(talk.conversation.held_calls(holder).count(), 0);
}

#[test]
fn a_holder_that_sends_for_long_still_holds_its_call() {
    let mut talk = Talk::new();
    talk.hear("hello");
    let holder = talk.trigger("lookup").id;
    let message = talk.held(holder)[0];
    talk.pass(80 * SECOND);
    talk.settle(holder, message, &super::talk::accepted("wamid.out"));
    talk.pass(80 * SECOND);
    let other = talk.touch().id;
    let holds = |turn| talk.conversation.held_calls(turn).count();
    assert_eq!((holds(holder), holds(other)), (1, 0));
}

#[test]
fn what_the_contact_writes_meanwhile_waits_and_has_its_turn_in_order() {
    let (mut talk, holder, call) = calling();
    assert_eq!(talk.hear("first").result, Applied::Kept);
    assert_eq!(talk.hear("second").result, Applied::Kept);
    assert_eq!(talk.said(), ["> One moment", "< first", "< second"]);
    called(&mut talk, holder, call, &found("here"));
    let after = ["> It is here. More?", "> got first. More?", "> got second. More?"];
    assert_eq!(talk.said()[3..], after);
    assert!(talk.conversation.queue.is_empty());
}

#[test]
fn what_waits_for_the_next_call_waits_on() {
    let (mut talk, holder, call) = calling();
    talk.hear("again");
    talk.hear("last");
    called(&mut talk, holder, call, &found("here"));
    assert_eq!(talk.said()[3..], ["> It is here. More?", "> One moment"]);
    assert_eq!(talk.conversation.queue.len(), 1);
    let call = talk.conversation.held_calls(holder).next().expect("the next call").id;
    called(&mut talk, holder, call, &found("there"));
    assert_eq!(talk.said()[5..], ["> It is there. More?", "> got last. More?"]);
}

#[test]
fn only_so_many_wait_and_the_next_is_not_taken() {
    let (mut talk, ..) = calling();
    for n in 0..limits::QUEUE {
        talk.hear(&format!("{n}"));
    }
    let before = talk.conversation.clone();
    let message = super::talk::inbound("wamid.one-too-many", "more");
    let (_, refused, ..) = talk.apply(&before, (Uuid::nil(), Uuid::nil()), |turn, conversation| {
        turn.inbound(conversation, &message, None)
    });
    assert!(matches!(refused, Err(TurnError::Full(_))));
}

#[test]
fn many_that_waited_are_heard_in_several_turns() {
    let (mut talk, holder, call) = calling();
    for n in 0..limits::EVENTS_A_COMMIT + 2 {
        talk.hear(&format!("{n}"));
    }
    called(&mut talk, holder, call, &found("here"));
    assert_eq!(talk.conversation.queue.len(), 2);
    assert!(talk.conversation.has_turn_waiting());
    talk.touch();
    assert!(talk.conversation.queue.is_empty());
}

#[test]
fn what_comes_while_many_still_wait_does_not_overtake_them() {
    let (mut talk, holder, call) = calling();
    for n in 0..2 * limits::EVENTS_A_COMMIT + 2 {
        talk.hear(&format!("{n}"));
    }
    called(&mut talk, holder, call, &found("here"));
    assert_eq!(talk.hear("last").result, Applied::Kept);
    assert_eq!(talk.conversation.queue.len(), 3);
    talk.touch();
    let got = talk.said().into_iter().filter(|said| said.starts_with("> got"));
    let expected = (0..2 * limits::EVENTS_A_COMMIT + 2).map(|n| n.to_string());
    let expected = expected.chain(["last".to_owned()]).map(|text| format!("> got {text}. More?"));
    assert_eq!(got.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

#[test]
fn what_waited_for_a_session_that_expired_is_routed() {
    let (mut talk, holder, call) = calling();
    talk.route = Some(pinned("once", 30));
    talk.hear("hello");
    talk.pass(31 * MINUTE);
    talk.touch();
    assert_eq!(talk.said()[2..], ["> Name?"]);
    assert_eq!(called(&mut talk, holder, call, &found("late")), Settled::Before);
    assert_eq!(talk.said().len(), 3);
}

#[test]
fn what_waited_when_a_person_takes_over_is_kept_for_it() {
    let (mut talk, holder, call) = calling();
    talk.hear("hello?");
    called(&mut talk, holder, call, &EffectResult::TimedOut);
    assert_eq!(talk.said()[2..], ["> A colleague will help you"]);
    assert!(talk.conversation.paused && talk.conversation.needs_attention);
    talk.touch();
    assert_eq!(talk.said().len(), 3, "nobody answers but the colleague");
}

#[test]
fn a_trigger_does_not_wait_for_a_call() {
    let (mut talk, holder, call) = calling();
    let once = talk.trigger("once").started();
    called(&mut talk, holder, call, &found("here"));
    assert_eq!(talk.said(), ["> One moment", "> Name?", "> It is here. More?"]);
    assert_eq!(talk.status(once), SessionStatus::Running);
}
