//! What reading and changing a document costs, and answers.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scenario;

use std::cell::Cell;

use scenario::{Commit, Tally, Update, open, turn};
use store::memory::{Backend, Counts, Fault, MemoryKv, Random, Scheduler, block_on};
use store::{Change, Kv, Store, StoreError};

const KEY: &str = "conversation:1";

fn store(backend: Backend) -> Store<MemoryKv> {
    open(&MemoryKv::new(backend), &mut Random::new(1))
}

fn born(backend: Backend) -> Store<MemoryKv> {
    let store = store(backend);
    block_on(Update.commit(&store, KEY, 7)).unwrap();
    store
}

/// The operations of `act`.
fn cost(store: &Store<MemoryKv>, act: impl AsyncFn()) -> (u64, u64) {
    let before = store.kv().counts();
    block_on(act());
    let after: Counts = store.kv().counts();
    (after.reads() - before.reads(), after.writes() - before.writes())
}

#[test]
fn a_document_that_was_never_written_is_none() {
    for backend in Backend::ALL {
        let store = store(backend);
        let reading = cost(&store, async || assert_eq!(store.read(KEY).await, Ok(None)));
        assert_eq!(reading, (2, 0), "{backend:?}");
        assert_eq!(store.kv().keys(), [""; 0]);
    }
}

#[test]
fn what_was_written_is_read_by_another_instance() {
    for backend in Backend::ALL {
        let store = born(backend);
        let other = open(store.kv(), &mut Random::new(2));
        let tally = Tally { turns: 1, events: vec![7] };
        assert_eq!(block_on(other.read_json(KEY)), Ok(Some(tally)));
    }
}

#[test]
fn a_creation_writes_twice_and_a_turn_once() {
    for backend in Backend::ALL {
        let store = store(backend);
        let (_, writes) = cost(&store, async || Update.commit(&store, KEY, 7).await.unwrap());
        assert_eq!(writes, 2, "{backend:?}");
        let turn = cost(&store, async || Update.commit(&store, KEY, 8).await.unwrap());
        // On Redis one more read tells whether the swap has written.
        let reads = if backend == Backend::Redis { 2 } else { 1 };
        assert_eq!(turn, (reads, 1), "{backend:?}");
    }
}

#[test]
fn a_document_whose_creators_met_is_read_once_more_until_its_birth_is_known() {
    for backend in Backend::ALL {
        let store = store(backend);
        // A claim that nobody followed up.
        block_on(store.kv().increment(&format!("birth:{KEY}"), 1)).unwrap();
        let (_, writes) = cost(&store, async || Update.commit(&store, KEY, 7).await.unwrap());
        assert_eq!(writes, 3, "{backend:?}");
        let other = open(store.kv(), &mut Random::new(2));
        assert_eq!(cost(&other, async || drop(other.read(KEY).await.unwrap())), (3, 0));
        assert_eq!(cost(&other, async || drop(other.read(KEY).await.unwrap())), (1, 0));
    }
}

#[test]
fn a_late_claim_beside_the_first_version_is_settled_by_who_comes_next() {
    for backend in Backend::ALL {
        let store = born(backend);
        block_on(store.kv().increment(&format!("birth:{KEY}"), 1)).unwrap();
        let other = open(store.kv(), &mut Random::new(2));
        let tally = Tally { turns: 1, events: vec![7] };
        assert_eq!(block_on(other.read_json(KEY)), Ok(Some(tally)), "{backend:?}");
        for instance in [&store, &other, &open(store.kv(), &mut Random::new(3))] {
            block_on(Update.commit(instance, KEY, 8)).unwrap();
            let tally: Tally = block_on(instance.read_json(KEY)).unwrap().unwrap();
            assert_eq!(tally.events, [7, 8], "{backend:?}");
        }
        assert_eq!(store.kv().keys().len(), 2, "{backend:?}");
    }
}

#[test]
fn reading_a_known_document_is_one_read() {
    let store = born(Backend::Sqlite);
    assert_eq!(cost(&store, async || drop(store.read(KEY).await.unwrap())), (1, 0));
    let other = open(store.kv(), &mut Random::new(2));
    assert_eq!(cost(&store, async || drop(other.read(KEY).await.unwrap())), (2, 0));
    assert_eq!(cost(&store, async || drop(other.read(KEY).await.unwrap())), (1, 0));
}

/// Documents of every kind that a list can have: born alone, born among several, claimed and never written, never claimed,
/// and one twice.
fn many(store: &Store<MemoryKv>) -> (Vec<String>, Vec<Option<Tally>>) {
    let names = ["a", "b", "met", "claimed", "none", "a"];
    for (n, name) in names.iter().enumerate().take(3) {
        if *name == "met" {
            block_on(store.kv().increment("birth:met", 1)).unwrap();
        }
        block_on(Update.commit(store, name, n as u64)).unwrap();
    }
    block_on(store.kv().increment("birth:claimed", 1)).unwrap();
    let tally = |event| Some(Tally { turns: 1, events: vec![event] });
    let expected = vec![tally(0), tally(1), tally(2), None, None, tally(0)];
    (names.map(str::to_owned).to_vec(), expected)
}

#[test]
fn documents_are_read_together_as_one_by_one() {
    for backend in Backend::ALL {
        let store = store(backend);
        let (keys, expected) = many(&store);
        let read = async |store: &Store<MemoryKv>| {
            store.read_json_all(&keys, |at, tally: Tally| (at, tally)).await.unwrap()
        };
        let expected: Vec<_> =
            expected.into_iter().enumerate().map(|(at, tally)| Some((at, tally?))).collect();
        let other = open(store.kv(), &mut Random::new(2));
        for instance in [&store, &other, &other, &open(store.kv(), &mut Random::new(3))] {
            assert_eq!(block_on(read(instance)), expected, "{backend:?}");
        }
        let none = block_on(store.read_json_all(&[], |_, tally: Tally| tally)).unwrap();
        assert_eq!(none, []);
    }
}

#[test]
fn sqlite_reads_documents_in_one_operation_once_it_is_known_for_sqlite() {
    for (backend, operations) in [(Backend::Sqlite, 1), (Backend::Redis, 0), (Backend::DynamoDb, 0)]
    {
        let store = store(backend);
        let (keys, _) = many(&store);
        let other = open(store.kv(), &mut Random::new(2));
        let before = store.kv().batches();
        block_on(other.read("a")).unwrap();
        assert_eq!(store.kv().batches() - before, 0, "what the host is has to be seen first");
        block_on(other.read("b")).unwrap();
        assert_eq!(store.kv().batches() - before, operations, "{backend:?}: place and birth key");
        block_on(other.read_all(&keys[..2])).unwrap();
        assert_eq!(store.kv().batches() - before, 2 * operations, "{backend:?}: two places");
        // One read is one read.
        block_on(other.read_all(&keys[..1])).unwrap();
        assert_eq!(store.kv().batches() - before, 2 * operations, "{backend:?}");
    }
}

#[test]
fn a_store_that_does_not_read_together_after_all_is_read_one_by_one() {
    let store = store(Backend::Sqlite);
    let (keys, expected) = many(&store);
    store.kv().fail_at(0, Fault::Before);
    let before = store.kv().batches();
    for _ in 0..2 {
        let read = block_on(store.read_json_all(&keys, |_, tally: Tally| tally)).unwrap();
        assert_eq!(read, expected);
        assert_eq!(store.kv().batches() - before, 1, "it is asked once");
    }
}

#[test]
fn slots_and_immutable_documents_are_read_together_as_one_by_one() {
    for backend in Backend::ALL {
        let store = store(backend);
        for n in 1..=40_u8 {
            assert_eq!(block_on(store.append("list", &[n])).unwrap(), u64::from(n));
        }
        block_on(store.count("list")).unwrap();
        let numbers: Vec<u64> = (30..=50).rev().chain([7]).collect();
        let expected: Vec<_> = numbers.iter().map(|n| (*n <= 40).then(|| vec![*n as u8])).collect();
        let reads = cost(&store, async || {
            assert_eq!(store.slots("list", &numbers).await.unwrap(), expected, "{backend:?}");
        });
        assert_eq!(reads, (numbers.len() as u64, 0), "each key counts");
    }
}

#[test]
fn keeping_writes_nothing_and_creates_nothing() {
    for backend in Backend::ALL {
        let store = store(backend);
        let keep = async |_: Option<Vec<u8>>| Ok::<_, StoreError>(Change::Keep("as it is"));
        let (_, writes) = cost(&store, async || {
            assert_eq!(store.update(KEY, keep).await, Ok("as it is"));
        });
        assert_eq!(writes, 0);
        assert_eq!(store.kv().keys(), [""; 0]);

        let store = born(backend);
        let (_, writes) = cost(&store, async || {
            assert_eq!(store.update(KEY, keep).await, Ok("as it is"));
        });
        assert_eq!(writes, 0);
    }
}

#[derive(Debug, PartialEq)]
enum Refused {
    Stale,
    Store(StoreError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Refused::Store(error)
    }
}

#[test]
fn what_a_change_fails_with_is_passed_on_and_nothing_is_written() {
    for store in [store(Backend::Sqlite), born(Backend::Sqlite)] {
        let before = store.kv().keys();
        let refuse = async |_: Option<Vec<u8>>| Err::<Change<()>, _>(Refused::Stale);
        assert_eq!(block_on(store.update(KEY, refuse)), Err(Refused::Stale));
        assert_eq!(store.kv().keys(), before);
    }
}

#[test]
fn a_change_answers_as_the_writer_on_every_store() {
    // On Redis, too, where the swap says that it failed.
    for backend in Backend::ALL {
        let store = born(backend);
        let calls = Cell::new(0);
        let answer = block_on(store.update(KEY, async |current: Option<Vec<u8>>| {
            calls.set(calls.get() + 1);
            match turn(KEY, current.as_deref(), 8, true)? {
                Change::Write(value, ()) => Ok::<_, StoreError>(Change::Write(value, "wrote")),
                Change::Keep(()) => Ok(Change::Keep("was there")),
            }
        }));
        assert_eq!((answer, calls.get()), (Ok("wrote"), 1), "{backend:?}");
    }
}

#[test]
fn a_document_that_others_keep_writing_is_contention() {
    for backend in Backend::ALL {
        let store = born(backend);
        let other = open(store.kv(), &mut Random::new(2));
        let events = Cell::new(100);
        let result = block_on(store.update(KEY, async |current: Option<Vec<u8>>| {
            events.set(events.get() + 1);
            Update.commit(&other, KEY, events.get()).await?;
            turn(KEY, current.as_deref(), 8, true)
        }));
        assert_eq!(result, Err(StoreError::Contention { key: KEY.into() }), "{backend:?}");
        let tally: Tally = block_on(store.read_json(KEY)).unwrap().unwrap();
        assert!(!tally.events.contains(&8));
    }
}

#[test]
fn a_creator_that_comes_second_leaves_nothing_behind() {
    for backend in Backend::ALL {
        let store = store(backend);
        let other = open(store.kv(), &mut Random::new(2));
        block_on(store.update(KEY, async |current: Option<Vec<u8>>| {
            if current.is_none() {
                Update.commit(&other, KEY, 7).await?;
            }
            turn(KEY, current.as_deref(), 8, true)
        }))
        .unwrap();
        let tally: Tally = block_on(store.read_json(KEY)).unwrap().unwrap();
        assert_eq!(tally.events, [7, 8]);
        assert_eq!(store.kv().keys().len(), 2, "{backend:?}: the birth key and the document");
    }
}

#[test]
fn racing_creators_leave_nothing_behind() {
    for backend in Backend::ALL {
        for seed in 0..100 {
            let kv = MemoryKv::new(backend);
            let mut random = Random::new(seed);
            let mut scheduler = Scheduler::new(seed);
            for event in 0..4 {
                let store = open(&kv, &mut random);
                scheduler.spawn(async move { Update.commit(&store, KEY, event).await.unwrap() });
            }
            scheduler.run();
            assert_eq!(kv.keys().len(), 2, "{backend:?}, seed {seed}");
        }
    }
}

#[test]
fn what_does_not_parse_is_corrupt() {
    let corrupt = StoreError::Corrupt { key: KEY.into() };
    for backend in Backend::ALL {
        let store = born(backend);
        let place = store.kv().keys().into_iter().find(|key| key.starts_with(KEY)).unwrap();
        store.kv().poke(&place, b"{");
        assert_eq!(block_on(store.read_json::<Tally>(KEY)), Err(corrupt.clone()));

        block_on(store.remove(&place)).unwrap();
        assert_eq!(block_on(store.read(KEY)), Err(corrupt.clone()));
        let replace = async |_: Option<Vec<u8>>| Ok(Change::Write(vec![], ()));
        assert_eq!(block_on(store.update(KEY, replace)), Err(corrupt.clone()));
        assert_eq!(store.kv().peek(&place), None, "an absent key is not swapped");

        let store = open(store.kv(), &mut Random::new(2));
        store.kv().poke(&format!("birth:{KEY}"), b"nonsense?");
        assert_eq!(block_on(Update.commit(&store, KEY, 8)), Err(corrupt.clone()));
        assert_eq!(block_on(store.get(KEY)), Ok(None), "the host is not poisoned");
    }
}

#[test]
fn an_immutable_document_is_put_got_and_removed() {
    let store = store(Backend::Sqlite);
    block_on(async {
        assert_eq!(store.get("workflow:1@ab").await, Ok(None));
        store.put("workflow:1@ab", b"[1]").await.unwrap();
        assert_eq!(store.get_json("workflow:1@ab").await, Ok(Some(vec![1])));
        store.remove("workflow:1@ab").await.unwrap();
        store.remove("workflow:1@ab").await.unwrap();
        assert_eq!(store.get("workflow:1@ab").await, Ok(None));
    });
}

#[test]
fn counting_what_is_no_number_ends_the_host_on_sqlite() {
    let kv = MemoryKv::new(Backend::Sqlite);
    block_on(async {
        kv.set("text", b"text").await.unwrap();
        kv.increment("text", 1).await.unwrap_err();
        kv.get("text").await.unwrap_err();
    });
}
