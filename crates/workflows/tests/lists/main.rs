//! Lists of workflows: what a team finds in them, and what it costs.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod cost;
mod crash;
mod model;
mod scopes;
mod search;
mod stored_before;

use conversation::{EventId, KeyUse};
use flow::Timestamp;
use store::memory::{Backend, MemoryKv, Random, block_on};
use store::{Store, StoreError};
use uuid::Uuid;
use workflows::{
    Act, Definition, Listing, Scope, Settings, SortBy, Visibility, Workflow, WriteError,
};

type Kv = Store<MemoryKv>;

const TEAM: &str = "acme";
const OTHER_TEAM: &str = "globex";

fn open(kv: &MemoryKv) -> Kv {
    let mut random = Random::new(1);
    Store::new(kv.clone(), move || random.number())
}

fn store() -> Kv {
    open(&MemoryKv::new(Backend::Sqlite))
}

fn id(n: u64) -> Uuid {
    Uuid::from_u128(n.into())
}

fn used(text: &str) -> KeyUse {
    KeyUse { key: EventId::of("test", text), body: EventId::of("test", "body") }
}

fn named(name: &str) -> Definition {
    Definition { name: name.to_owned(), ..Definition::default() }
}

/// Creates workflow `n` of a team at time `n`.
fn create(store: &Kv, team: &str, n: u64, draft: &Definition) -> Workflow {
    let key = used(&format!("create {n}"));
    block_on(workflows::create(store, id(n), team, draft, &key, Timestamp(n))).unwrap()
}

async fn rename(store: &Kv, n: u64, name: &str, at: u64) -> Result<Workflow, WriteError> {
    let key = used(&format!("rename {n} {name} {at}"));
    workflows::change(store, id(n), TEAM, &key, Timestamp(at), |workflow| {
        workflow.draft.name = name.to_owned();
        workflow.touch(Timestamp(at));
        Ok(Act::Changed)
    })
    .await
}

async fn delete(store: &Kv, n: u64) -> Result<(), WriteError> {
    let now = Timestamp(1_000_000);
    let key = used(&format!("delete {n}"));
    let deleted = workflows::change(store, id(n), TEAM, &key, now, |workflow| {
        workflow.delete(now);
        Ok(Act::Changed)
    });
    Ok(workflows::delist(store, &deleted.await?).await?)
}

fn show(store: &Kv, n: u64, visibility: Visibility, at: u64) {
    let key = used(&format!("visibility {n} {at}"));
    block_on(workflows::set_visibility(store, id(n), visibility, &key, Timestamp(at))).unwrap();
}

/// What a team's plain page asks for.
fn plain() -> Listing {
    Listing {
        scope: Scope::Accessible,
        search: None,
        sort: SortBy::CreatedAt,
        descending: true,
        offset: 0,
        limit: 20,
    }
}

fn try_list(store: &Kv, team: &str, listing: &Listing) -> Result<(Vec<String>, usize), StoreError> {
    block_on(workflows::list(store, team, listing, |workflow| workflow.draft.name.clone()))
}

/// The names that a team reads, and how many workflows the list says there are.
fn list(store: &Kv, team: &str, listing: &Listing) -> (Vec<String>, usize) {
    try_list(store, team, listing).unwrap()
}

fn names(store: &Kv, team: &str, scope: Scope) -> Vec<String> {
    let (names, total) = list(store, team, &Listing { scope, limit: 100, ..plain() });
    assert_eq!(total, names.len());
    names
}
