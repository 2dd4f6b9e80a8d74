//! Sequences beside flows: they keep to their days, several at once, and say nothing while a flow runs.

use flow::{EffectResult, Timestamp};
use serde_json::json;

use super::talk::{DAY, HOUR, MINUTE, SECOND, Talk, pinned};
use crate::{Applied, SessionStatus};

fn pause(talk: &mut Talk, paused: bool) {
    talk.pause(paused);
}

#[test]
fn a_sequence_sends_its_steps_on_its_days_and_ends() {
    let mut talk = Talk::new();
    let drip = talk.trigger("drip").started();
    assert_eq!(talk.said(), ["> [drip 1]"]);
    talk.pass(DAY - SECOND);
    assert_eq!(talk.touch().fired, 0);
    talk.pass(2 * SECOND);
    assert_eq!(talk.touch().fired, 1);
    talk.pass(DAY + SECOND);
    assert_eq!(talk.touch().fired, 1);
    assert_eq!(talk.said(), ["> [drip 1]", "> [drip 2]", "> [drip 3]"]);
    assert_eq!(talk.status(drip), SessionStatus::Completed);
}

#[test]
fn a_wait_of_days_does_not_let_a_sequence_expire() {
    let mut talk = Talk::new();
    let drip = talk.trigger("drip").started();
    let expires_at = talk.session(drip).expires_at.0;
    assert_eq!(expires_at, talk.conversation.updated_at.0 + DAY + 30 * MINUTE);
    // Nobody swept for a week.
    talk.pass(7 * DAY);
    talk.touch();
    assert_eq!(talk.status(drip), SessionStatus::Running);
    assert_eq!(talk.said(), ["> [drip 1]", "> [drip 2]"], "the next a day after this one");
}

#[test]
fn a_sequence_runs_once_at_a_time_and_several_run_beside_one_another() {
    let mut talk = Talk::new();
    let drip = talk.trigger("drip").started();
    assert_eq!(talk.trigger("drip").result, Applied::AlreadyRunning(drip));
    talk.trigger("pulse");
    assert!(talk.conversation.sessions.iter().all(|session| session.suspended_at.is_none()));
    talk.pass(HOUR + SECOND);
    talk.touch();
    talk.pass(DAY);
    talk.touch();
    assert_eq!(talk.said(), ["> [drip 1]", "> [pulse 1]", "> [pulse 2]", "> [drip 2]"]);
}

#[test]
fn a_sequence_does_not_suspend_a_flow() {
    let mut talk = Talk::test();
    let echo = talk.trigger("echo").started();
    talk.trigger("drip");
    assert_eq!(talk.session(echo).suspended_at, None);
    assert_eq!(talk.hear("hello").result, Applied::Advanced(echo));
    talk.pass(HOUR + SECOND);
    talk.touch();
    assert_eq!(talk.status(echo), SessionStatus::Completed, "its timer went on");
}

#[test]
fn a_sequence_that_is_triggered_while_a_flow_runs_begins_when_it_ends() {
    let mut talk = Talk::test();
    talk.trigger("once");
    let mut request = talk.request("drip");
    request.start_at = Some("drip 2".to_owned());
    let drip = talk.try_trigger(&request).unwrap().started();
    assert_eq!(talk.said(), ["> Name?"]);
    assert_eq!(talk.trigger("drip").result, Applied::AlreadyRunning(drip));
    talk.hear("Ann");
    assert_eq!(talk.said(), ["> Name?", "< Ann", "> [drip 2]"], "in the same turn");
    assert_eq!(talk.session(drip).beginning, None);
}

#[test]
fn what_comes_due_while_a_flow_runs_is_sent_in_order_when_it_ends() {
    let mut talk = Talk::test();
    let drip = talk.trigger("drip").started();
    talk.pass(23 * HOUR + 30 * MINUTE);
    talk.trigger("pulse");
    let due = talk.session(drip).state.deadline;
    talk.route = Some(pinned("echo", 30));
    talk.hear("hello");
    for n in 0..10 {
        talk.pass(20 * MINUTE);
        talk.hear(&format!("{n}"));
    }
    assert!(
        !talk.said().iter().any(|said| said.ends_with(" 2]")),
        "not in the middle of a dialogue"
    );
    assert_eq!(talk.session(drip).state.deadline, due, "it keeps to its days");
    let check_at = talk.conversation.check_at.unwrap().0;
    assert!(
        check_at >= talk.session(talk.conversation.acting().next().unwrap().id).due().0 - MINUTE
    );
    talk.pass(HOUR + SECOND);
    let done = talk.touch();
    let said = talk.said();
    assert_eq!(said[said.len() - 3..], ["> bye", "> [drip 2]", "> [pulse 2]"], "{}", done.fired);
}

#[test]
fn a_flow_that_starts_and_ends_moves_no_step() {
    let mut talk = Talk::test();
    talk.trigger("drip");
    talk.pass(HOUR);
    talk.trigger("once");
    talk.pass(20 * MINUTE);
    talk.hear("Ann");
    talk.pass(DAY - HOUR - 20 * MINUTE + SECOND);
    assert_eq!(talk.touch().fired, 1);
    assert_eq!(talk.last().session, talk.conversation.acting().next().map(|session| session.id));
}

#[test]
fn a_message_goes_to_a_sequence_only_if_no_flow_waits_for_one() {
    let mut talk = Talk::test();
    let survey = talk.trigger("survey").started();
    let once = talk.trigger("once").started();
    talk.trigger("drip");
    assert_eq!(talk.hear("Ann").result, Applied::Advanced(once));
    assert_eq!(talk.hear("very good").result, Applied::Advanced(survey));
    assert_eq!(talk.said().last().unwrap(), "> [survey 2]");
    assert_eq!(talk.hear("hello").result, Applied::Kept);
}

#[test]
fn a_question_without_a_timeout_gets_back_the_time_that_a_flow_took() {
    let mut talk = Talk::test();
    let survey = talk.trigger("survey").started();
    talk.session_mut(survey).state.deadline = None;
    let expires_at = talk.conversation.updated_at.0 + 30 * MINUTE;
    talk.session_mut(survey).expires_at.0 = expires_at;
    talk.pass(MINUTE);
    let begun = talk.conversation.now(flow::Timestamp(talk.clock)).0;
    talk.trigger("once");
    talk.pass(29 * MINUTE);
    talk.hear("Ann");
    let stood = talk.conversation.updated_at.0 - begun;
    assert_eq!(talk.session(survey).expires_at.0, expires_at + stood);
    talk.pass(30 * MINUTE);
    talk.touch();
    assert_eq!(talk.status(survey), SessionStatus::Expired);
}

#[test]
fn stop_ends_all_sequences_also_those_that_have_not_begun() {
    let mut talk = Talk::test();
    let drip = talk.trigger("drip").started();
    talk.trigger("once");
    let pulse = talk.trigger("pulse").started();
    talk.hear("STOP");
    for session in [drip, pulse] {
        assert_eq!(talk.status(session), SessionStatus::Completed);
        assert_eq!(talk.session(session).outcome.as_deref(), Some("opted_out"));
    }
    talk.pass(3 * DAY);
    assert_eq!(talk.touch().fired, 0);
}

#[test]
fn a_sequence_of_a_contact_who_opted_out_elsewhere_ends_at_its_next_step() {
    let mut talk = Talk::new();
    let drip = talk.trigger("drip").started();
    talk.contact.opt_out(flow::Timestamp(talk.clock + 1));
    talk.pass(DAY + SECOND);
    talk.touch();
    assert_eq!(talk.said(), ["> [drip 1]"]);
    assert_eq!(talk.session(drip).outcome.as_deref(), Some("opted_out"));
}

#[test]
fn a_sequence_waits_while_a_person_speaks_and_does_not_send_him_away() {
    let mut talk = Talk::new();
    talk.hear("hello?");
    talk.trigger("drip");
    pause(&mut talk, true);
    let pulse = talk.trigger("pulse").started();
    assert_eq!(talk.trigger("pulse").result, Applied::AlreadyRunning(pulse));
    assert!(talk.conversation.paused);
    talk.pass(DAY + SECOND);
    assert_eq!(talk.touch().fired, 0);
    pause(&mut talk, false);
    let said = talk.said();
    assert_eq!(said[2..], ["> [pulse 1]", "> [drip 2]"], "what was due first");
}

#[test]
fn what_a_sequence_called_for_waits_until_the_flow_has_ended() {
    let mut talk = Talk::test();
    talk.trigger("digest");
    let call = talk.conversation.calls[0].id;
    talk.trigger("once");
    let answer = EffectResult::Http { status: 200, body: json!({}) };
    talk.turn(|turn, conversation| turn.called(conversation, call, &answer));
    assert_eq!(talk.said(), ["> Name?"]);
    talk.hear("Ann");
    assert_eq!(talk.said(), ["> Name?", "< Ann", "> [digest]"]);
    assert!(talk.conversation.calls.is_empty());
}

#[test]
fn what_a_sequence_was_answered_meanwhile_fits_its_conversation_whatever_it_is() {
    let nested = (0..125).fold(json!({}), |inner, _| json!({"a": inner}));
    let huge = json!("x".repeat(flow::limits::MAX_HTTP_READ_BYTES));
    for body in [nested, huge] {
        let mut talk = Talk::test();
        talk.trigger("digest");
        let call = talk.conversation.calls[0].id;
        talk.trigger("once");
        let answer = EffectResult::Http { status: 200, body };
        // Every turn of a talk is written and read back.
        talk.turn(|turn, conversation| turn.called(conversation, call, &answer));
        assert!(serde_json::to_vec(&talk.conversation).unwrap().len() < 16 * 1024);
        talk.hear("Ann");
        assert_eq!(talk.said(), ["> Name?", "< Ann", "> [digest]"]);
        let vars = &talk.conversation.sessions[0].state.vars;
        assert_eq!(vars["found"], json!({"status": 200, "error": "too_large"}));
    }
}

#[test]
fn a_session_that_was_stored_before_there_were_sequences_is_a_flows() {
    let mut talk = Talk::test();
    talk.trigger("once");
    let json = serde_json::to_value(&talk.conversation).unwrap();
    assert!(!json.to_string().contains("\"kind\":\"flow\""), "as it was written before");
    let past: crate::PastSession =
        serde_json::from_value(json!([7, "completed", 1, 2, 1])).unwrap();
    assert_eq!(past.kind, flow::Kind::Flow);
    let of_sequence = json!([7, "expired", 1, 2, null, "sequence"]);
    let past: crate::PastSession = serde_json::from_value(of_sequence.clone()).unwrap();
    assert_eq!(serde_json::to_value(past).unwrap(), of_sequence);
}

#[test]
fn a_flow_of_a_contact_who_opted_out_elsewhere_says_nothing_when_its_time_is_over() {
    let mut talk = Talk::new();
    talk.hear("hello");
    let echo = talk.trigger("echo").started();
    talk.pass(SECOND);
    talk.contact.opt_out(Timestamp(talk.clock));
    let said = talk.said();
    talk.pass(HOUR + SECOND);
    talk.touch();
    assert_eq!(talk.session(echo).outcome.as_deref(), Some("opted_out"));
    assert_eq!(talk.said(), said);
    // Who writes after all is answered, later as well.
    let mut talk = Talk::new();
    talk.contact.opt_out(Timestamp(talk.clock - 1));
    talk.route = Some(pinned("echo", 30));
    talk.hear("hello");
    talk.pass(HOUR + SECOND);
    talk.touch();
    assert_eq!(talk.said().last().map(String::as_str), Some("> bye"));
}
