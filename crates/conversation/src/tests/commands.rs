//! STOP and START.

use flow::{Change, Reply, ReplyKind, Timestamp};

use super::talk::{SECOND, Talk, inbound};
use crate::{Applied, Contact, MessageStatus, SessionStatus, TurnError};

#[test]
fn stop_ends_what_runs_and_is_confirmed_once() {
    let mut talk = Talk::test();
    let older = talk.trigger("once").started();
    let newer = talk.trigger("echo").started();
    assert_eq!(talk.hear_as("stop", "STOP").result, Applied::Kept);
    for session in [older, newer] {
        assert_eq!(talk.status(session), SessionStatus::Completed);
        assert_eq!(talk.session(session).outcome.as_deref(), Some("opted_out"));
    }
    assert_eq!(talk.hear_as("stop", "STOP").result, Applied::Duplicate);
    let said = talk.said();
    assert_eq!(said[2..], ["< STOP".to_owned(), format!("> {}", flow::OPTED_OUT_TEXT)]);
}

#[test]
fn stop_gives_up_what_is_not_being_sent_yet() {
    let mut talk = Talk::new();
    talk.hear("hello");
    let held = talk.trigger("three");
    let first = talk.held(held.id)[0];
    let retry = crate::Attempt::retry(super::talk::error("130429"));
    talk.settle(held.id, first, &retry);
    talk.hear_as("stop", "STOP");
    let statuses: Vec<MessageStatus> = talk.conversation.log.iter().map(|m| m.status).collect();
    let failed = MessageStatus::Failed;
    assert_eq!(
        statuses[1..],
        [failed, failed, failed, MessageStatus::Received, MessageStatus::Queued]
    );
    assert_eq!(talk.conversation.log[1].error.as_ref().unwrap().code, "opted_out");
}

#[test]
fn stop_drops_calls_and_what_waits_for_them() {
    let mut talk = Talk::test();
    talk.trigger("lookup");
    talk.hear("hello");
    talk.hear_as("stop", "stop");
    assert!(talk.conversation.calls.is_empty() && talk.conversation.queue.is_empty());
}

#[test]
fn start_is_confirmed_and_disturbs_nothing() {
    let mut talk = Talk::test();
    let session = talk.trigger("once").started();
    talk.hear_as("start", "Start");
    assert_eq!(talk.status(session), SessionStatus::Running);
    assert_eq!(talk.said()[2..], [format!("> {}", flow::OPTED_IN_TEXT)]);
}

#[test]
fn what_a_session_waits_for_is_an_answer_though_it_may_mean_stop_elsewhere() {
    let mut talk = Talk::test();
    let waiting = talk.trigger("once").started();
    assert_eq!(talk.hear("cancel").result, Applied::Advanced(waiting));
    let mut talk = Talk::test();
    talk.trigger("lookup");
    assert_eq!(talk.hear("cancel").result, Applied::Kept);
    assert_eq!(talk.conversation.queue.len(), 1, "while it waits for a call");
    let mut talk = Talk::test();
    talk.hear("cancel");
    assert_eq!(talk.said()[1..], [format!("> {}", flow::OPTED_OUT_TEXT)]);
}

#[test]
fn stop_and_start_change_the_contact_in_the_order_they_came_and_once() {
    let mut talk = Talk::test();
    for (id, text) in [("1", "stop"), ("2", "start"), ("1", "stop")] {
        talk.hear_as(id, text);
    }
    let changes: Vec<&Change> = talk.conversation.changes.iter().map(|c| &c.change).collect();
    assert_eq!(changes, [&Change::OptOut, &Change::OptIn]);
}

#[test]
fn nothing_is_triggered_for_who_opted_out_though_its_document_does_not_say_so_yet() {
    let mut talk = Talk::test();
    let running = talk.keyed("echo", "k", "body");
    let started = talk.try_trigger(&running).unwrap().result;
    talk.hear("stop");
    let request = talk.request("once");
    assert_eq!(talk.try_trigger(&request).err(), Some(TurnError::OptedOut));
    assert_eq!(talk.try_trigger(&running).unwrap().result, started, "it was answered before");
    talk.hear("start");
    assert!(talk.try_trigger(&request).is_ok());
}

#[test]
fn a_later_stop_is_not_lifted_by_an_earlier_word() {
    let mut contact = Contact::new("acme", "+14155550123", "api", Timestamp(0));
    contact.opt_out(Timestamp(5));
    contact.opt_in(Timestamp(4));
    assert_eq!(contact.opted_out_at, Some(Timestamp(5)));
    contact.opt_out(Timestamp(7));
    assert_eq!(
        contact.opted_out_at,
        Some(Timestamp(7)),
        "what was written since is not sent either"
    );
}

#[test]
fn a_start_lifts_a_stop_that_another_conversation_took_on_a_host_that_is_ahead() {
    let mut talk = Talk::test();
    talk.contact.opt_out(Timestamp(talk.clock + 30 * SECOND));
    talk.hear("start");
    let mut contact = talk.contact.clone();
    contact.apply(&talk.conversation);
    assert_eq!(contact.opted_out_at, None);
}

#[test]
fn a_tap_on_a_choice_of_what_is_asked_is_an_answer_whatever_it_is_called() {
    let tap = |id: &str, title: &str| {
        let mut tapped = inbound("tap", title);
        tapped.reply = Reply::button(id, title);
        tapped
    };
    for title in ["Stop", "Start", "Cancel"] {
        let mut talk = Talk::test();
        let session = talk.trigger("menu").started();
        let done = talk.take(&tap("sales", title));
        assert_eq!(done.result, Applied::Advanced(session), "{title}");
        assert!(talk.conversation.changes.is_empty());
        // A choice of something else, and the word itself, mean what they say.
        let mut talk = Talk::test();
        talk.trigger("menu");
        assert_eq!(talk.take(&tap("elsewhere", "Stop")).result, Applied::Kept);
        assert_eq!(talk.conversation.changes.len(), 1);
    }
}

#[test]
fn what_a_session_waits_for_is_no_stop_while_it_is_paused() {
    let mut talk = Talk::test();
    talk.trigger("once");
    talk.pause(true);
    assert_eq!(talk.hear("cancel").result, Applied::Kept);
    assert!(talk.conversation.changes.is_empty());
}

#[test]
fn a_reaction_answers_nothing() {
    let mut talk = Talk::test();
    let session = talk.trigger("once").started();
    let mut reaction = inbound("reaction", "");
    reaction.kind = "reaction".to_owned();
    reaction.reply = Reply { kind: ReplyKind::Other, ..Reply::default() };
    let said = talk.said().len();
    assert_eq!(talk.take(&reaction).result, Applied::Kept);
    assert_eq!(talk.said().len(), said + 1, "it is in the log");
    assert_eq!(talk.status(session), SessionStatus::Running);
    let mut talk = Talk::test();
    assert_eq!(talk.take(&reaction).result, Applied::Kept);
    assert!(talk.conversation.sessions.is_empty());
}
