//! Who answers in a conversation: a person, or automation.

use conversation::{AnswerMode, EventId, KeyUse, TurnError};
use engine::{Committed, WordsError};
use store::memory::block_on;

use super::model::agent;
use super::simulation::setup::TEAM;
use super::stage::Stage;

fn answer_by(
    stage: &mut Stage,
    mode: AnswerMode,
    (key, body): (&str, &str),
) -> Result<Committed<()>, WordsError> {
    let used = KeyUse { key: EventId::of("key", key), body: EventId::of("body", body) };
    let (host, conversation) = (stage.host(), stage.conversation(0));
    block_on(host.engine().answer_by(&conversation, mode, &used))
}

#[test]
fn a_person_answers_until_automation_is_to_go_on_where_it_stood() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "hi");
    answer_by(&mut stage, AnswerMode::Manual, ("1", "a")).unwrap();
    stage.hear(0, "wamid.2", "a person, please");
    assert_eq!(stage.received(0), ["v1 hello"]);
    assert!(stage.conversation(0).needs_attention);

    let given_back = answer_by(&mut stage, AnswerMode::Bot, ("2", "a")).unwrap();
    stage.deliver(given_back);
    assert!(!stage.conversation(0).needs_attention);
    stage.hear(0, "wamid.3", "a");
    assert_eq!(stage.received(0), ["v1 hello", "v1 got a", "v1 more?"]);
}

#[test]
fn the_same_key_is_done_once_and_what_came_after_it_stays() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "hi");
    answer_by(&mut stage, AnswerMode::Manual, ("1", "a")).unwrap();
    answer_by(&mut stage, AnswerMode::Ai, ("2", "a")).unwrap();
    answer_by(&mut stage, AnswerMode::Manual, ("1", "a")).unwrap();
    assert_eq!(stage.conversation(0).answer_mode(), AnswerMode::Ai);
    let other = answer_by(&mut stage, AnswerMode::Manual, ("1", "b")).err().unwrap();
    assert!(matches!(other, WordsError::Turn(TurnError::KeyReused)));
}

#[test]
fn a_pause_is_made_once_for_a_key_and_what_came_after_it_stays() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "hi");
    let agent = agent(TEAM);
    let mut pause = |paused: bool, key: &str, body: &str| {
        let used = KeyUse { key: EventId::of("key", key), body: EventId::of("body", body) };
        let (host, conversation) = (stage.host(), stage.conversation(0).id);
        let before = stage.world.kv.counts().writes();
        let paused = block_on(host.engine().pause(&agent, conversation, paused, &used));
        let writes = stage.world.kv.counts().writes() - before;
        paused.map(|committed| (committed.conversation.paused, writes))
    };
    assert!(matches!(pause(true, "1", "a"), Ok((true, 1..))));
    assert!(matches!(pause(false, "2", "b"), Ok((false, 1..))));
    assert!(matches!(pause(true, "1", "a"), Ok((false, 0))), "it is shown as it is now");
    let other = pause(false, "1", "b");
    assert!(matches!(other, Err(WordsError::Turn(TurnError::KeyReused))));
}

#[test]
fn what_is_so_already_is_not_written() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "hi");
    let before = stage.world.kv.counts().writes();
    answer_by(&mut stage, AnswerMode::Bot, ("1", "a")).unwrap();
    assert_eq!(stage.world.kv.counts().writes(), before);
}
