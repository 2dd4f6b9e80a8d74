//! A request that ends anywhere, and comes again with its key: what it leaves is as if it had come once.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use agents::{NewAgent, Profile, Wanted, WriteError};
use conversation::{EventId, KeyUse};
use flow::Timestamp;
use store::Store;
use store::memory::{Backend, Fault, MemoryKv, Random, block_on};
use uuid::Uuid;
use workflows::{Definition, Listing, Scope, SortBy, Visibility};

const TEAM: &str = "team";
const AGENT: Uuid = Uuid::from_u128(1);
const OWN: Uuid = Uuid::from_u128(11);
const PUBLIC: Uuid = Uuid::from_u128(12);
const NOW: Timestamp = Timestamp(1_700_000_000_000);
/// More operations than any of these requests takes.
const OPERATIONS: u64 = 120;

type Memory = Store<MemoryKv>;

fn open(kv: &MemoryKv, seed: u64) -> Memory {
    let mut random = Random::new(seed);
    Store::new(kv.clone(), move || random.number())
}

fn key(name: &str) -> KeyUse {
    KeyUse { key: EventId::of("key", name), body: EventId::of("body", name) }
}

/// A store with a workflow of the team and a public one of another, and perhaps an agent that uses the first.
fn stored(backend: Backend, with_agent: bool) -> MemoryKv {
    let kv = MemoryKv::new(backend);
    let store = open(&kv, 1);
    for (id, team) in [(OWN, TEAM), (PUBLIC, "others")] {
        let draft = Definition {
            name: "Menu".into(),
            system_prompt: "Help.".into(),
            ..Definition::default()
        };
        let used = key(&id.to_string());
        block_on(workflows::create(&store, id, team, &draft, &used, NOW)).unwrap();
    }
    let shown = key("shown");
    block_on(workflows::set_visibility(&store, PUBLIC, Visibility::Public, &shown, NOW)).unwrap();
    if with_agent {
        block_on(create(&store, OWN)).unwrap();
    }
    kv
}

async fn create(store: &Memory, source: Uuid) -> Result<(), WriteError> {
    let profile = Profile { name: "Ana".into(), ..Profile::default() };
    let new = NewAgent { id: AGENT, team: TEAM.into(), profile, source };
    agents::create(store, &new, &key("create"), NOW).await.map(drop)
}

async fn moves(store: &Memory) -> Result<(), WriteError> {
    let before = agents::load(store, AGENT).await?.ok_or(WriteError::NotFound)?;
    let rename = |profile: &mut Profile| profile.name = "Bea".into();
    agents::update(store, &before, Some(PUBLIC), &key("move"), NOW, rename).await.map(drop)
}

async fn delete(store: &Memory) -> Result<(), WriteError> {
    agents::delete(store, AGENT, TEAM, &key("delete"), NOW).await
}

/// What is there at the end: agents listed by their names, how many workflows the team has, and whether its first can
/// be deleted.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    agents: Vec<String>,
    workflows: usize,
    first_is_free: bool,
}

fn left(store: &Memory) -> Left {
    // By name: what the list says, not the agents.
    let all = Wanted { search: None, sort: SortBy::Name, descending: false, offset: 0, limit: 9 };
    let (agents, total) = block_on(agents::list(store, TEAM, all)).unwrap();
    assert_eq!(agents.len(), total);
    let listing = Listing {
        scope: Scope::Owned,
        search: None,
        sort: SortBy::CreatedAt,
        descending: false,
        offset: 0,
        limit: 9,
    };
    let (_, workflows) = block_on(workflows::list(store, TEAM, &listing, |_| ())).unwrap();
    for agent in &agents {
        let workflow = block_on(workflows::load(store, agent.workflow_id)).unwrap().unwrap();
        assert!(workflow.agents.contains(&agent.id), "it is noted");
        assert!(workflow.release().is_some());
    }
    let first_is_free = first_is_free(store);
    let agents = agents.into_iter().map(|agent| agent.profile.name).collect();
    Left { agents, workflows, first_is_free }
}

/// Whether the team's first workflow can be deleted: it is, then.
fn first_is_free(store: &Memory) -> bool {
    let free = key("free");
    let deleted = workflows::delete(store, OWN, TEAM, &free, NOW, async |workflow| {
        agents::users(store, workflow).await
    });
    block_on(deleted).is_ok()
}

/// From this operation on, which is done or not, nothing works: the host is gone.
fn end_at(kv: &MemoryKv, nth: u64, fault: Fault) {
    let end = kv.counts().total() + nth;
    kv.faults(move |operation| match operation.nth {
        nth if nth < end => None,
        nth if nth == end => Some(fault),
        _ => Some(Fault::Before),
    });
}

/// The request ends at each of its operations in turn, having done it or not; then it comes again.
fn again(
    with_agent: bool,
    expected: &Left,
    request: impl AsyncFn(&Memory) -> Result<(), WriteError>,
) {
    for backend in Backend::ALL {
        for fault in [Fault::Before, Fault::After] {
            for nth in 0..OPERATIONS {
                let kv = stored(backend, with_agent);
                let first = open(&kv, 2);
                end_at(&kv, nth, fault);
                let ended = block_on(request(&first)).is_err();
                kv.settle();

                let second = open(&kv, 3);
                block_on(request(&second)).unwrap();

                assert_eq!(left(&second), *expected, "{backend:?} {fault:?} {nth}");
                if !ended {
                    assert!(nth > 5, "it took {nth} operations");
                    break;
                }
                assert!(nth + 1 < OPERATIONS, "it takes more");
            }
        }
    }
}

fn one(name: &str, workflows: usize, first_is_free: bool) -> Left {
    Left { agents: vec![name.to_owned()], workflows, first_is_free }
}

#[test]
fn a_creation_that_comes_again_leaves_one_agent() {
    again(false, &one("Ana", 1, false), async |store| create(store, OWN).await);
}

#[test]
fn a_creation_with_a_copy_that_comes_again_leaves_one_copy() {
    again(false, &one("Ana", 2, true), async |store| create(store, PUBLIC).await);
}

#[test]
fn a_move_that_comes_again_leaves_one_copy_and_the_old_workflow_free() {
    again(true, &one("Bea", 2, true), async |store| moves(store).await);
}

#[test]
fn a_deletion_that_comes_again_leaves_nothing() {
    let nothing = Left { agents: vec![], workflows: 1, first_is_free: true };
    again(true, &nothing, async |store| delete(store).await);
}

#[test]
fn an_agent_whose_creation_ended_and_never_comes_again_has_its_workflow_or_is_not_there() {
    for backend in Backend::ALL {
        let mut left_behind = 0;
        for nth in 0..OPERATIONS {
            let kv = stored(backend, false);
            end_at(&kv, nth, Fault::After);
            let _ = block_on(create(&open(&kv, 2), OWN));
            kv.settle();

            let store = open(&kv, 3);
            let agent = block_on(agents::load(&store, AGENT)).unwrap();
            left_behind += u64::from(agent.is_some());
            assert_eq!(first_is_free(&store), agent.is_none(), "{backend:?} {nth}");
        }
        assert!(left_behind > 0);
    }
}
