//! What the team's people keep of a conversation.

use flow::Timestamp;

use super::talk::{NOON, Talk};
use crate::{
    AnswerMode, Applied, CaseChange, CaseStatus, EventId, KeyUse, SessionStatus, TurnError, limits,
};

fn used(key: &str) -> KeyUse {
    KeyUse { key: EventId::of("key", key), body: EventId::of("body", key) }
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn file(talk: &mut Talk, change: &CaseChange, key: &str) -> Result<Option<Vec<String>>, TurnError> {
    talk.conversation.file(change, &used(key), Timestamp(NOON))
}

fn close(talk: &mut Talk, key: &str) {
    file(talk, &CaseChange::Status(CaseStatus::Closed), key).expect("it may be closed");
}

fn answer_by(talk: &mut Talk, mode: AnswerMode, key: &str) -> bool {
    let used = used(key);
    let done = talk.turn(|turn, conversation| turn.answer_by(conversation, mode, &used));
    done.result.expect("it is taken");
    done.finished.is_some()
}

#[test]
fn a_message_of_the_contact_opens_what_was_closed_and_leaves_what_stands_by() {
    let mut talk = Talk::test();
    assert_eq!(talk.conversation.case.status, CaseStatus::Open);
    close(&mut talk, "1");
    talk.hear("hello?");
    assert_eq!(talk.conversation.case.status, CaseStatus::Open);
    // The same request again, after that: it was done.
    close(&mut talk, "1");
    assert_eq!(talk.conversation.case.status, CaseStatus::Open);

    file(&mut talk, &CaseChange::Status(CaseStatus::Standby), "2").expect("it may stand by");
    talk.hear("hello?");
    assert_eq!(talk.conversation.case.status, CaseStatus::Standby);
}

#[test]
fn closing_ends_no_session() {
    let mut talk = Talk::test();
    let session = talk.trigger("echo").started();
    close(&mut talk, "1");
    assert_eq!(talk.status(session), SessionStatus::Running);
    assert_eq!(talk.hear("a").result, Applied::Advanced(session));
}

#[test]
fn tags_are_kept_in_order_each_once_and_no_more_than_there_is_room_for() {
    let mut talk = Talk::test();
    let assign = |ids: Vec<String>| CaseChange::AssignTags(ids);
    assert_eq!(file(&mut talk, &assign(ids(&["b", "a", "b"])), "1"), Ok(Some(Vec::new())));
    assert_eq!(talk.conversation.case.tags, ["b", "a"]);
    assert_eq!(file(&mut talk, &assign(ids(&["a"])), "2"), Ok(Some(Vec::new())));

    let many: Vec<String> = (0..limits::CASE_TAGS).map(|n| n.to_string()).collect();
    let left = file(&mut talk, &assign(many), "3").expect("it is taken").expect("it is new");
    assert_eq!(left, ids(&["48", "49"]));
    assert_eq!(talk.conversation.case.tags.len(), limits::CASE_TAGS);

    let unknown = file(&mut talk, &CaseChange::RemoveTags(ids(&["a", "x"])), "4");
    assert_eq!(unknown, Ok(Some(ids(&["x"]))));
    assert!(!talk.conversation.case.tags.contains(&"a".to_owned()));
}

#[test]
fn people_are_assigned_all_or_none() {
    let mut talk = Talk::test();
    let assign = |from: usize, to: usize| {
        CaseChange::AssignAgents((from..to).map(|n| format!("agent {n}")).collect())
    };
    file(&mut talk, &assign(0, 19), "1").expect("there is room");
    let refused = file(&mut talk, &assign(18, 21), "2");
    assert!(matches!(refused, Err(TurnError::Full(_))));
    assert_eq!(talk.conversation.case.agents.len(), 19);
    let gone = CaseChange::RemoveAgents(ids(&["agent 0", "nobody"]));
    assert_eq!(file(&mut talk, &gone, "3"), Ok(Some(Vec::new())));
    assert_eq!(talk.conversation.case.agents.len(), 18);
}

#[test]
fn the_same_key_is_done_once_and_with_another_body_refused() {
    let mut talk = Talk::test();
    let tag = CaseChange::AssignTags(ids(&["a"]));
    file(&mut talk, &tag, "1").expect("it is taken");
    let written = talk.conversation.clone();
    assert!(written.updated_at > Timestamp(NOON));
    assert_eq!(file(&mut talk, &tag, "1"), Ok(None));
    let other = KeyUse { key: EventId::of("key", "1"), body: EventId::of("body", "other") };
    assert_eq!(talk.conversation.file(&tag, &other, Timestamp(NOON)), Err(TurnError::KeyReused));
    // What changes nothing is not written.
    assert_eq!(file(&mut talk, &tag, "2"), Ok(Some(Vec::new())));
    assert_eq!(talk.conversation, written);
}

#[test]
fn a_case_is_read_as_it_was_written_and_takes_no_room_where_there_is_none() {
    let mut talk = Talk::test();
    let json = serde_json::to_value(&talk.conversation).expect("a document");
    assert!(json.get("case").is_none());
    file(&mut talk, &CaseChange::AssignAgents(ids(&["dana"])), "1").expect("it is taken");
    close(&mut talk, "2");
    // Written out and read back after each turn.
    talk.touch();
    assert_eq!(talk.conversation.case.agents, ["dana"]);
    assert_eq!(talk.conversation.case.status, CaseStatus::Closed);
}

#[test]
fn who_answers_is_who_was_named_last_and_manual_while_automation_rests() {
    let mut talk = Talk::test();
    assert_eq!(talk.conversation.answer_mode(), AnswerMode::Bot);
    assert!(answer_by(&mut talk, AnswerMode::Ai, "1"));
    assert_eq!(talk.conversation.answer_mode(), AnswerMode::Ai);
    assert!(answer_by(&mut talk, AnswerMode::Manual, "2"));
    assert!(talk.conversation.paused);
    assert!(!answer_by(&mut talk, AnswerMode::Manual, "3"), "it is so already");
    talk.pause(false);
    assert_eq!(talk.conversation.answer_mode(), AnswerMode::Ai, "the console gave it back");

    // The second request again: what came after it stays.
    assert!(!answer_by(&mut talk, AnswerMode::Manual, "2"));
    assert_eq!(talk.conversation.answer_mode(), AnswerMode::Ai);
    assert!(answer_by(&mut talk, AnswerMode::Bot, "4"));
    assert_eq!(talk.conversation.answer_mode(), AnswerMode::Bot);
}

#[test]
fn a_conversation_that_was_handed_over_is_answered_by_a_person_until_it_is_given_back() {
    let mut talk = Talk::test();
    talk.trigger("handoff");
    assert_eq!(talk.conversation.answer_mode(), AnswerMode::Manual);
    assert!(talk.conversation.needs_attention);
    answer_by(&mut talk, AnswerMode::Bot, "1");
    assert!(!talk.conversation.paused && !talk.conversation.needs_attention);
}
