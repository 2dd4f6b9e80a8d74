//! A team's agents as a list: found, sorted, and no more than a team may have.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use agents::{Agent, MAX_AGENTS, NewAgent, Profile, Wanted, WriteError};
use conversation::{EventId, KeyUse};
use flow::Timestamp;
use store::Store;
use store::memory::{Backend, MemoryKv, Random, block_on};
use uuid::Uuid;
use workflows::{Definition, SortBy};

const TEAM: &str = "team";
const WORKFLOW: Uuid = Uuid::from_u128(u128::MAX);

type Memory = Store<MemoryKv>;

fn open() -> Memory {
    let mut random = Random::new(1);
    let store = Store::new(MemoryKv::new(Backend::Sqlite), move || random.number());
    let draft =
        Definition { name: "Menu".into(), system_prompt: "Help.".into(), ..Definition::default() };
    let first = key(0);
    block_on(workflows::create(&store, WORKFLOW, TEAM, &draft, &first, Timestamp(1))).unwrap();
    store
}

fn key(n: u64) -> KeyUse {
    let key = EventId::of("key", &n.to_string());
    KeyUse { key, body: key }
}

fn create(store: &Memory, n: u64, name: &str) -> Result<Agent, WriteError> {
    let profile = Profile { name: name.into(), description: "Sells".into(), ..Profile::default() };
    let id = Uuid::from_u128(n.into());
    let new = NewAgent { id, team: TEAM.into(), profile, source: WORKFLOW };
    block_on(agents::create(store, &new, &key(n), Timestamp(1_000 * n))).map(|(agent, _)| agent)
}

fn names(store: &Memory, wanted: Wanted<'_>) -> (Vec<String>, usize) {
    let (agents, total) = block_on(agents::list(store, TEAM, wanted)).unwrap();
    (agents.into_iter().map(|agent| agent.profile.name).collect(), total)
}

fn by(sort: SortBy, descending: bool) -> Wanted<'static> {
    Wanted { search: None, sort, descending, offset: 0, limit: 10 }
}

#[test]
fn agents_are_sorted_and_searched() {
    let store = open();
    for (n, name) in [(1, "b"), (2, "C"), (3, "a")] {
        create(&store, n, name).unwrap();
    }
    let rename = |agent: &mut Agent| {
        agent.profile.description = "Repairs".into();
        agent.touch(Timestamp(9_000));
        true
    };
    block_on(agents::change(&store, Uuid::from_u128(1), TEAM, &key(9), rename)).unwrap();

    for (wanted, expected) in [
        (by(SortBy::CreatedAt, false), ["b", "C", "a"]),
        (by(SortBy::CreatedAt, true), ["a", "C", "b"]),
        (by(SortBy::Name, false), ["a", "b", "C"]),
        (by(SortBy::UpdatedAt, true), ["b", "a", "C"]),
    ] {
        assert_eq!(names(&store, wanted).0, expected, "{wanted:?}");
    }
    let repairs = Wanted { search: Some("repair"), ..by(SortBy::Name, false) };
    assert_eq!(names(&store, repairs), (vec!["b".to_owned()], 1));
    let second = Wanted { offset: 1, limit: 1, ..by(SortBy::Name, false) };
    assert_eq!(names(&store, second), (vec!["b".to_owned()], 3));
}

#[test]
fn an_agent_changed_by_a_slow_clock_is_listed_as_it_is() {
    let store = open();
    create(&store, 5, "old").unwrap();
    let rename = |agent: &mut Agent| {
        agent.profile.name = "new".into();
        agent.touch(Timestamp(1));
        true
    };
    block_on(agents::change(&store, Uuid::from_u128(5), TEAM, &key(9), rename)).unwrap();
    let found = Wanted { search: Some("new"), ..by(SortBy::Name, false) };
    assert_eq!(names(&store, found), (vec!["new".to_owned()], 1));
}

#[test]
fn a_team_has_no_more_agents_than_it_may_have() {
    let store = open();
    for n in 1..=MAX_AGENTS as u64 {
        create(&store, n, "one of many").unwrap();
    }
    let refused = create(&store, 5_000, "one too many");
    assert!(matches!(refused, Err(WriteError::TooMany(MAX_AGENTS))), "{refused:?}");
    // Asked for again, an agent that is there is given.
    create(&store, 7, "one of many").unwrap();

    block_on(agents::delete(&store, Uuid::from_u128(7), TEAM, &key(9_999), Timestamp(1))).unwrap();
    create(&store, 5_001, "in its place").unwrap();
    assert_eq!(names(&store, by(SortBy::CreatedAt, true)).1, MAX_AGENTS);
}
