//! STOP and START.

use flow::Command;

use super::talk::{Talk, inbound};
use crate::{Applied, Inbound, MessageStatus, SessionStatus};

fn order(talk: &mut Talk, id: &str, text: &str, command: Command) -> Applied {
    let message = Inbound { command: Some(command), ..inbound(id, text) };
    talk.turn(|turn, conversation| turn.inbound(conversation, &message, None).expect("room")).result
}

#[test]
fn stop_ends_what_runs_and_is_confirmed_once() {
    let mut talk = Talk::test();
    let older = talk.trigger("once").started();
    let newer = talk.trigger("echo").started();
    assert_eq!(order(&mut talk, "stop", "STOP", Command::OptOut), Applied::Kept);
    for session in [older, newer] {
        assert_eq!(talk.status(session), SessionStatus::Completed);
        assert_eq!(talk.session(session).outcome.as_deref(), Some("opted_out"));
    }
    assert_eq!(order(&mut talk, "stop", "STOP", Command::OptOut), Applied::Duplicate);
    let said = talk.said();
    assert_eq!(said[2..], ["< STOP".to_owned(), format!("> {}", flow::OPTED_OUT_TEXT)]);
}

#[test]
fn stop_gives_up_what_is_not_being_sent_yet() {
    let mut talk = Talk::new();
    talk.hear("hello");
    let held = talk.trigger("three");
    let first = talk.held(held.id)[0];
    let retry = crate::Attempt::Retry(super::talk::error("130429"));
    talk.settle(held.id, first, &retry);
    order(&mut talk, "stop", "STOP", Command::OptOut);
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
    order(&mut talk, "stop", "stop", Command::OptOut);
    assert!(talk.conversation.calls.is_empty() && talk.conversation.queue.is_empty());
}

#[test]
fn start_is_confirmed_and_disturbs_nothing() {
    let mut talk = Talk::test();
    let session = talk.trigger("once").started();
    order(&mut talk, "start", "Start", Command::OptIn);
    assert_eq!(talk.status(session), SessionStatus::Running);
    assert_eq!(talk.said()[2..], [format!("> {}", flow::OPTED_IN_TEXT)]);
}
