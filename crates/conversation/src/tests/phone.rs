//! Phone calls.

use channels::telephony::CallStatus;
use flow::EffectResult;
use serde_json::json;
use uuid::Uuid;

use super::talk::{Done, HOUR, MINUTE, SECOND, Talk, accepted, error, pinned};
use crate::{
    Applied, Attempt, CallOrder, CallStep, CallTurn, Channel, EventId, Heard, MessageStatus,
    Parting, PhoneCall, PhoneCallStatus, SessionStatus, Then, TurnError,
};

const SID: &str = "CA1";

fn line() -> Talk {
    Talk::on(Channel::Telephony, "+15550001111")
}

/// Somebody calls, and `workflow` answers.
fn called(workflow: &str) -> (Talk, Uuid) {
    let mut talk = line();
    talk.route = Some(pinned(workflow, 30));
    let call = PhoneCall::inbound_id(talk.conversation.id, SID);
    step(&mut talk, call, 0, Heard::Begun);
    (talk, call)
}

fn step(talk: &mut Talk, call: Uuid, n: u32, heard: Heard) -> Done<Applied> {
    let asked = CallTurn { call, provider_id: SID.to_owned(), step: n, heard };
    let route = talk.route.clone();
    talk.turn(|turn, conversation| {
        turn.step_call(conversation, &asked, route.as_ref()).expect("room")
    })
}

fn digits(keys: &str) -> Heard {
    Heard::Said { digits: Some(keys.to_owned()), speech: None }
}

fn speech(words: &str) -> Heard {
    Heard::Said { digits: None, speech: Some(words.to_owned()) }
}

fn answer(talk: &Talk, call: Uuid, n: u32) -> (Vec<String>, Then) {
    let call = talk.conversation.phone_call(call).expect("the call");
    let CallStep { after, last, then, .. } = call.step(n).expect("the step").clone();
    let is_said = |message: &&crate::Message| {
        (after + 1..=last).contains(&message.sequence) && message.status != MessageStatus::Received
    };
    let said = talk.conversation.log.iter().filter(is_said);
    (said.filter_map(|message| message.words().map(str::to_owned)).collect(), then)
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

const HANG_UP: Then = Then::HangUp { parting: None };
const LISTEN: Then = Then::Listen { seconds: 5 };

#[test]
fn a_menu_is_answered_by_a_key_or_by_a_word() {
    for said in [digits("1"), speech("Sales."), speech("one")] {
        let (mut talk, call) = called("menu");
        assert_eq!(answer(&talk, call, 0), (words(&["Welcome", "What about?"]), LISTEN));
        step(&mut talk, call, 1, said);
        assert_eq!(answer(&talk, call, 1), (words(&["Thank you"]), HANG_UP));
        let call = talk.conversation.phone_call(call).expect("the call");
        assert_eq!(call.status, PhoneCallStatus::Ended);
        assert_eq!(talk.conversation.sessions[0].status, SessionStatus::Completed);
        assert!(talk.conversation.outbox.is_empty(), "all was spoken");
    }
}

#[test]
fn a_step_that_comes_again_is_answered_the_same_and_does_nothing() {
    let (mut talk, call) = called("menu");
    step(&mut talk, call, 1, digits("9"));
    let first = answer(&talk, call, 1);
    let again = step(&mut talk, call, 1, digits("1"));
    assert_eq!((again.result, again.finished), (Applied::Duplicate, None));
    assert_eq!(answer(&talk, call, 1), first);
    assert_eq!(answer(&talk, call, 0).0, words(&["Welcome", "What about?"]));
}

#[test]
fn what_does_not_fit_is_asked_again_and_then_led_on() {
    let (mut talk, call) = called("menu");
    step(&mut talk, call, 1, digits("7"));
    assert_eq!(answer(&talk, call, 1), (words(&["What about?"]), LISTEN));
    step(&mut talk, call, 2, speech("purple"));
    assert_eq!(answer(&talk, call, 2), (words(&["Sorry"]), HANG_UP));
}

#[test]
fn who_says_nothing_is_asked_again_and_led_to_the_timeout() {
    let (mut talk, call) = called("menu");
    step(&mut talk, call, 1, Heard::Silence);
    assert_eq!(answer(&talk, call, 1), (words(&["What about?"]), LISTEN));
    step(&mut talk, call, 2, Heard::Silence);
    assert_eq!(answer(&talk, call, 2), (words(&["Nobody there"]), HANG_UP));
}

#[test]
fn a_handoff_puts_the_call_through_and_then_it_is_over() {
    for (answered, parting) in [(true, None), (false, Some(Parting::NobodyHere))] {
        let (mut talk, call) = called("menu");
        step(&mut talk, call, 1, digits("2"));
        let number = Some("+14155550199".to_owned());
        assert_eq!(answer(&talk, call, 1), (words(&["One moment"]), Then::PutThrough { number }));
        assert!(talk.conversation.needs_attention && talk.conversation.paused);
        talk.pass(HOUR);
        talk.touch();
        assert!(talk.conversation.live_call().is_some(), "they may talk for long");
        step(&mut talk, call, 2, Heard::PutThrough(answered));
        assert_eq!(answer(&talk, call, 2), (Vec::new(), Then::HangUp { parting }));
    }
}

#[test]
fn who_calls_while_a_person_answers_is_put_through() {
    let mut talk = line();
    talk.pause(true);
    let call = PhoneCall::inbound_id(talk.conversation.id, SID);
    step(&mut talk, call, 0, Heard::Begun);
    assert_eq!(answer(&talk, call, 0), (Vec::new(), Then::PutThrough { number: None }));
}

#[test]
fn where_no_workflow_answers_the_call_is_over_and_a_person_is_told() {
    let mut talk = line();
    let call = PhoneCall::inbound_id(talk.conversation.id, SID);
    step(&mut talk, call, 0, Heard::Begun);
    let parting = Some(Parting::NobodyHere);
    assert_eq!(answer(&talk, call, 0), (Vec::new(), Then::HangUp { parting }));
    assert!(talk.conversation.needs_attention);
}

#[test]
fn who_hangs_up_ends_what_was_asked() {
    let (mut talk, call) = called("menu");
    let session = talk.conversation.sessions[0].id;
    let told = (CallStatus::Completed, Some(17));
    let tell = |talk: &mut Talk| {
        talk.turn(|turn, conversation| turn.call_status(conversation, call, SID, told)).result
    };
    assert_eq!(tell(&mut talk), Applied::Updated);
    assert_eq!(tell(&mut talk), Applied::Ignored, "told again");
    assert_eq!(talk.session(session).outcome.as_deref(), Some("hung_up"));
    let known = talk.conversation.phone_call(call).expect("the call");
    assert_eq!((known.status, known.duration), (PhoneCallStatus::Ended, Some(17)));
    let late = step(&mut talk, call, 1, digits("1"));
    assert_eq!((late.result, late.finished), (Applied::Duplicate, None));
}

#[test]
fn a_call_of_which_nothing_is_heard_is_over_after_ten_minutes() {
    let (mut talk, call) = called("menu");
    talk.pass(10 * MINUTE + SECOND);
    assert_eq!(talk.touch().fired, 1);
    let known = talk.conversation.phone_call(call).expect("the call");
    assert_eq!(known.end_reason.as_deref(), Some("unheard_of"));
    assert_eq!(talk.conversation.sessions[0].outcome.as_deref(), Some("hung_up"));
}

#[test]
fn another_call_ends_the_one_before() {
    let (mut talk, first) = called("menu");
    let second = PhoneCall::inbound_id(talk.conversation.id, "CA2");
    step(&mut talk, second, 0, Heard::Begun);
    let reason = |talk: &Talk, call| {
        talk.conversation.phone_call(call).and_then(|call: &PhoneCall| call.end_reason.clone())
    };
    assert_eq!(reason(&talk, first).as_deref(), Some("replaced"));
    assert_eq!(answer(&talk, second, 0).0, words(&["Welcome", "What about?"]));
    assert_eq!(talk.conversation.sessions.iter().filter(|s| s.is_running()).count(), 1);
}

#[test]
fn a_call_waits_for_what_its_session_calls() {
    let (mut talk, call) = called("lookup");
    assert_eq!(answer(&talk, call, 0), (words(&["One moment"]), Then::Wait { seconds: 1 }));
    let asked = step(&mut talk, call, 1, Heard::Nothing);
    assert_eq!((asked.result, asked.finished), (Applied::Ignored, None), "nothing is written");
    let wanted = talk.conversation.calls[0].id;
    let found = EffectResult::Http { status: 200, body: json!({"x": 7}) };
    talk.turn(|turn, conversation| turn.called(conversation, wanted, &found));
    step(&mut talk, call, 1, Heard::Nothing);
    assert_eq!(answer(&talk, call, 1), (words(&["It is 7. More?"]), LISTEN));
}

#[test]
fn a_trigger_has_the_contact_called_and_begins_when_it_answers() {
    let mut talk = line();
    let done = talk.trigger("menu");
    let Applied::Started(session) = done.result else { panic!("{:?}", done.result) };
    assert!(talk.said().is_empty(), "nobody listens yet");
    let held = talk.conversation.first_held(done.id).expect("a call to be placed");
    let call = PhoneCall::of_session(session);
    assert_eq!(held.id(), call);
    talk.settle(done.id, call, &accepted(SID));
    assert!(talk.conversation.outbox.is_empty());
    step(&mut talk, call, 0, Heard::Begun);
    assert_eq!(answer(&talk, call, 0).0, words(&["Welcome", "What about?"]));
    assert_eq!(talk.session(session).status, SessionStatus::Running);
}

#[test]
fn a_call_that_is_not_answered_fails_its_session() {
    for (status, means, reason) in [
        (CallStatus::Busy, PhoneCallStatus::Busy, "busy"),
        (CallStatus::NoAnswer, PhoneCallStatus::Failed, "no_answer"),
        (CallStatus::Canceled, PhoneCallStatus::Cancelled, "canceled"),
        (CallStatus::Failed, PhoneCallStatus::Failed, "failed"),
    ] {
        let mut talk = line();
        let done = talk.trigger("menu");
        let Applied::Started(session) = done.result else { panic!("{:?}", done.result) };
        let call = PhoneCall::of_session(session);
        // The status may be there before the answer to the request.
        talk.turn(|turn, conversation| turn.call_status(conversation, call, SID, (status, None)));
        let known = talk.conversation.phone_call(call).expect("the call");
        assert_eq!((known.status, known.end_reason.as_deref()), (means, Some(reason)));
        assert_eq!(talk.status(session), SessionStatus::Failed);
        assert!(talk.conversation.outbox.is_empty(), "it is not placed again");
        assert_eq!(talk.conversation.due(), None);
    }
}

#[test]
fn a_call_that_cannot_be_placed_fails_and_one_that_may_is_tried_again() {
    let mut talk = line();
    let done = talk.trigger("menu");
    let call = talk.conversation.live_call().expect("a call").id;
    talk.settle(done.id, call, &Attempt::retry(error("unreachable")));
    assert_eq!(talk.conversation.outbox.len(), 1);
    talk.pass(MINUTE);
    let again = talk.touch();
    assert_eq!(talk.conversation.first_held(again.id).map(|held| held.id()), Some(call));
    talk.settle(again.id, call, &Attempt::Refused(error("21211")));
    let known = talk.conversation.phone_call(call).expect("the call");
    assert_eq!(known.error.as_ref().map(|error| error.code.as_str()), Some("21211"));
    assert_eq!(talk.conversation.sessions[0].status, SessionStatus::Failed);
}

#[test]
fn nobody_is_called_who_is_being_called() {
    let mut talk = line();
    talk.trigger("menu");
    let other = talk.request("once");
    assert!(matches!(talk.try_trigger(&other), Err(TurnError::Busy)));
}

#[test]
fn a_text_is_answered_by_texts_also_after_a_call() {
    let (mut talk, call) = called("menu");
    talk.hear("hello?");
    assert!(talk.conversation.needs_attention, "the call has the workflow");
    assert_eq!(talk.conversation.sessions.len(), 1);
    step(&mut talk, call, 1, digits("1"));
    let done = talk.hear("menu please");
    assert_eq!(talk.held(done.id).len(), 2, "Welcome, and the question");
}

#[test]
fn who_calls_begins_anew_whatever_was_asked_by_text() {
    let mut talk = line();
    talk.route = Some(pinned("menu", 30));
    talk.hear("hi");
    let call = PhoneCall::inbound_id(talk.conversation.id, SID);
    step(&mut talk, call, 0, Heard::Begun);
    assert_eq!(answer(&talk, call, 0), (words(&["Welcome", "What about?"]), LISTEN));
    let outcome = talk.conversation.sessions[0].outcome.clone();
    assert_eq!(outcome.as_deref(), Some("called"));
}

#[test]
fn a_test_call_is_answered_at_once_and_ends_with_what_it_was_for() {
    let mut talk = Talk::on(Channel::Telephony, "test:agent");
    let call = Uuid::from_u128(7);
    let order = CallOrder { event: EventId::of("request", "1"), call, key: None };
    let route = pinned("menu", 30);
    let place = |talk: &mut Talk| {
        talk.turn(|turn, conversation| turn.order_call(conversation, &order, Some(&route))).result
    };
    assert_eq!(place(&mut talk), Ok(Applied::Kept));
    assert_eq!(place(&mut talk), Ok(Applied::Duplicate));
    let earlier =
        CallOrder { event: EventId::of("request", "0"), call: Uuid::from_u128(6), key: None };
    let mut other = Talk::on(Channel::Telephony, "test:agent");
    let first = other
        .turn(|turn, conversation| turn.order_call(conversation, &earlier, Some(&route)))
        .result;
    assert_eq!((first, place(&mut other)), (Ok(Applied::Kept), Ok(Applied::Kept)));
    assert_eq!(other.conversation.live_call().map(|live| live.id), Some(call), "in its place");
    assert_eq!(talk.said().len(), 2);
    assert!(talk.conversation.outbox.is_empty());
    talk.hear("Sales");
    assert_eq!(talk.last().status, MessageStatus::Sent);
    let known = talk.conversation.phone_call(call).expect("the call");
    assert_eq!(known.status, PhoneCallStatus::Ended);
}

#[test]
fn a_machine_that_answers_is_not_talked_to() {
    let mut talk = line();
    let done = talk.trigger("menu");
    let call = talk.conversation.live_call().expect("a call").id;
    talk.settle(done.id, call, &accepted(SID));
    step(&mut talk, call, 0, Heard::Machine);
    assert!(talk.said().is_empty());
    let known = talk.conversation.phone_call(call).expect("the call");
    assert_eq!(known.end_reason.as_deref(), Some("machine"));
}

#[test]
fn texts_that_go_with_an_answer_are_sent_after_all_if_nobody_tells_what_became_of_them() {
    let mut talk = line();
    let event = EventId::of("telephony", "SM1");
    let inbound = super::talk::inbound("SM1", "hi");
    let route = pinned("menu", 30);
    let done = talk.turn(|turn, conversation| {
        let applied = turn.inbound(conversation, &inbound, Some(&route)).expect("room");
        if applied != Applied::Duplicate {
            turn.answer_in_line(conversation, event);
        }
    });
    let in_line = |talk: &Talk| talk.conversation.in_line(event).count();
    assert_eq!((in_line(&talk), talk.held(done.id).len()), (2, 0));
    let first = talk.conversation.outbox[0].message;
    let receipt = crate::Receipt {
        message: Some(first),
        provider_id: "SM2".to_owned(),
        status: MessageStatus::Sent,
        at: None,
        error: None,
    };
    talk.receive(&receipt);
    assert_eq!(in_line(&talk), 1, "the other was not told of yet");
    talk.pass(5 * MINUTE + SECOND);
    let late = talk.touch();
    assert_eq!(talk.held(late.id).len(), 1);
}
