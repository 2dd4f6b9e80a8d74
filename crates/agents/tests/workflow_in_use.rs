//! A workflow is deleted or used, never both: whoever comes first, and when they come at the same time.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::cell::RefCell;
use std::rc::Rc;

use agents::{Agent, NewAgent, Profile, Wanted, WriteError};
use conversation::{EventId, KeyUse};
use flow::Timestamp;
use store::Store;
use store::memory::{Backend, MemoryKv, Random, Scheduler, block_on};
use uuid::Uuid;
use workflows::{Definition, SortBy, Visibility, Workflow};

const TEAM: &str = "team";
const AGENT: Uuid = Uuid::from_u128(1);
const FIRST: Uuid = Uuid::from_u128(11);
const SECOND: Uuid = Uuid::from_u128(12);
const NOW: Timestamp = Timestamp(1_700_000_000_000);
const ALL: Wanted<'_> =
    Wanted { search: None, sort: SortBy::CreatedAt, descending: false, offset: 0, limit: 100 };
/// Races played on each kind of store.
const SEEDS: u64 = 1_000;

type Memory = Store<MemoryKv>;

fn open(kv: &MemoryKv, seed: u64) -> Memory {
    let mut random = Random::new(seed);
    Store::new(kv.clone(), move || random.number())
}

fn key(name: &str) -> KeyUse {
    KeyUse { key: EventId::of("key", name), body: EventId::of("body", name) }
}

async fn has_workflow(store: &Memory, id: Uuid, team: &str) -> Workflow {
    let draft =
        Definition { name: "Menu".into(), system_prompt: "Help.".into(), ..Definition::default() };
    let used = key(&id.to_string());
    workflows::create(store, id, team, &draft, &used, NOW).await.unwrap()
}

async fn create(store: &Memory, source: Uuid) -> Result<(Agent, Workflow), WriteError> {
    let profile = Profile { name: "Ana".into(), ..Profile::default() };
    let new = NewAgent { id: AGENT, team: TEAM.into(), profile, source };
    agents::create(store, &new, &key("create"), NOW).await
}

async fn delete(store: &Memory, id: Uuid) -> Result<Workflow, workflows::WriteError> {
    let used = key(&format!("delete {id}"));
    workflows::delete(store, id, TEAM, &used, NOW, async |workflow| {
        agents::users(store, workflow).await
    })
    .await
}

async fn moves(store: &Memory, to: Uuid) -> Result<Agent, WriteError> {
    let before = agents::load(store, AGENT).await?.ok_or(WriteError::NotFound)?;
    agents::update(store, &before, Some(to), &key(&format!("move {to}")), NOW, |_| {}).await
}

fn lives(store: &Memory, workflow: Uuid) -> bool {
    block_on(workflows::load(store, workflow)).unwrap().is_some()
}

#[test]
fn a_workflow_that_an_agent_uses_is_not_deleted_until_the_agent_is() {
    let store = open(&MemoryKv::new(Backend::Sqlite), 1);
    block_on(has_workflow(&store, FIRST, TEAM));
    block_on(create(&store, FIRST)).unwrap();

    let refused = block_on(delete(&store, FIRST));
    let Err(workflows::WriteError::InUse(users)) = refused else { panic!("{refused:?}") };
    assert_eq!((users[0].id, users[0].name.as_str()), (AGENT, "Ana"));

    block_on(agents::delete(&store, AGENT, TEAM, &key("delete"), NOW)).unwrap();
    block_on(delete(&store, FIRST)).unwrap();
    assert!(!lives(&store, FIRST));
}

#[test]
fn an_agent_is_not_created_for_a_workflow_that_was_deleted() {
    let store = open(&MemoryKv::new(Backend::Sqlite), 1);
    block_on(has_workflow(&store, FIRST, TEAM));
    block_on(delete(&store, FIRST)).unwrap();

    let refused = block_on(create(&store, FIRST));
    assert!(matches!(refused, Err(WriteError::WorkflowNotFound)), "{refused:?}");
    assert_eq!(block_on(agents::list(&store, TEAM, ALL)).unwrap(), (vec![], 0));
}

#[test]
fn an_agent_that_moves_frees_its_workflow_and_holds_the_other() {
    let store = open(&MemoryKv::new(Backend::Sqlite), 1);
    for workflow in [FIRST, SECOND] {
        block_on(has_workflow(&store, workflow, TEAM));
    }
    block_on(create(&store, FIRST)).unwrap();

    assert_eq!(block_on(moves(&store, SECOND)).unwrap().workflow_id, SECOND);

    let left = block_on(workflows::load(&store, FIRST)).unwrap().unwrap();
    assert!(left.agents.is_empty());
    block_on(delete(&store, FIRST)).unwrap();
    assert!(block_on(delete(&store, SECOND)).is_err());
}

#[test]
fn a_change_of_a_workflow_keeps_its_agents() {
    let store = open(&MemoryKv::new(Backend::Sqlite), 1);
    block_on(has_workflow(&store, FIRST, TEAM));
    block_on(create(&store, FIRST)).unwrap();

    block_on(workflows::change(&store, FIRST, TEAM, &key("rename"), NOW, |workflow| {
        workflow.draft.name = "Other".into();
        Ok(workflows::Act::Publish)
    }))
    .unwrap();
    block_on(workflows::set_visibility(&store, FIRST, Visibility::Public, &key("public"), NOW))
        .unwrap();

    assert!(block_on(delete(&store, FIRST)).is_err());
}

#[test]
fn a_public_workflow_of_another_team_is_copied_once_for_each_agent() {
    let store = open(&MemoryKv::new(Backend::Sqlite), 1);
    block_on(has_workflow(&store, FIRST, "others"));
    let private = block_on(create(&store, FIRST));
    assert!(matches!(private, Err(WriteError::WorkflowNotFound)), "{private:?}");
    block_on(workflows::set_visibility(&store, FIRST, Visibility::Public, &key("public"), NOW))
        .unwrap();

    let (agent, workflow) = block_on(create(&store, FIRST)).unwrap();
    let (again, same) = block_on(create(&store, FIRST)).unwrap();

    assert_eq!((agent, workflow.id), (again, same.id));
    assert_eq!((workflow.team.as_str(), workflow.visibility), (TEAM, Visibility::Private));
    assert!(workflow.release().is_some(), "what could be triggered can be");
    let own = workflows::Listing {
        scope: workflows::Scope::Owned,
        search: None,
        sort: SortBy::CreatedAt,
        descending: false,
        offset: 0,
        limit: 10,
    };
    assert_eq!(block_on(workflows::list(&store, TEAM, &own, |_| ())).unwrap().1, 1);
}

/// What the tasks of a race were told.
#[derive(Default)]
struct Told {
    done: Vec<&'static str>,
}

/// Plays tasks in an order that the seed decides, each on an instance of one store, and each begun up to 60 steps after
/// the one before: a creation takes some 60.
fn race(backend: Backend, seed: u64, has_agent: bool, tasks: &[&'static str]) -> (Memory, Told) {
    let kv = MemoryKv::new(backend);
    let store = open(&kv, seed);
    for workflow in [FIRST, SECOND] {
        block_on(has_workflow(&store, workflow, TEAM));
    }
    if has_agent {
        block_on(create(&store, FIRST)).unwrap();
    }
    let told = Rc::new(RefCell::new(Told::default()));
    let mut scheduler = Scheduler::new(seed);
    let mut random = Random::new(seed);
    for (nth, task) in tasks.iter().copied().enumerate() {
        let (store, told) = (open(&kv, seed + 1 + nth as u64), Rc::clone(&told));
        scheduler.spawn(async move {
            let done = match task {
                "create" => create(&store, FIRST).await.is_ok(),
                "delete first" => delete(&store, FIRST).await.is_ok(),
                "delete second" => delete(&store, SECOND).await.is_ok(),
                "move to first" => moves(&store, FIRST).await.is_ok(),
                _ => moves(&store, SECOND).await.is_ok(),
            };
            if done {
                told.borrow_mut().done.push(task);
            }
        });
        for _ in 0..random.below(60) {
            scheduler.step();
        }
    }
    scheduler.run();
    let told = told.take();
    (store, told)
}

#[test]
fn an_agent_and_a_deletion_at_the_same_time_are_not_both_done() {
    for backend in Backend::ALL {
        let mut seen = [0, 0];
        for seed in 0..SEEDS {
            let (store, told) = race(backend, seed, false, &["create", "delete first"]);
            let agent = block_on(agents::load(&store, AGENT)).unwrap();
            let created = told.done.contains(&"create");
            let deleted = told.done.contains(&"delete first");
            assert!(!(created && deleted), "{backend:?} {seed}: both");
            assert_eq!(agent.is_some(), created, "{backend:?} {seed}");
            let listed = block_on(agents::list(&store, TEAM, ALL)).unwrap();
            assert_eq!(listed.1, usize::from(created), "{backend:?} {seed}");
            assert_eq!(lives(&store, FIRST), !deleted, "{backend:?} {seed}");
            seen[0] += u64::from(created);
            seen[1] += u64::from(deleted);
        }
        assert!(seen.iter().all(|times| *times > SEEDS / 20), "{backend:?}: one-sided, {seen:?}");
    }
}

#[test]
fn an_agent_that_moves_is_never_left_with_a_deleted_workflow() {
    for backend in Backend::ALL {
        for tasks in [
            &["move to second", "delete second"][..],
            &["move to second", "delete first"],
            &["move to second", "move to first", "delete first"],
            &["move to second", "move to first", "delete second"],
        ] {
            for seed in 0..SEEDS {
                let (store, told) = race(backend, seed, true, tasks);
                let agent = block_on(agents::load(&store, AGENT)).unwrap().unwrap();
                let done = told.done;
                assert!(lives(&store, agent.workflow_id), "{backend:?} {seed} {tasks:?}: {done:?}");
                let workflow = block_on(workflows::load(&store, agent.workflow_id));
                let noted = workflow.unwrap().unwrap().agents.contains(&AGENT);
                assert!(noted, "{backend:?} {seed} {tasks:?}: {done:?}");
            }
        }
    }
}
