//! Counters with slots, appended to by writers that race.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scenario;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use scenario::open;
use store::keys;
use store::memory::{Backend, Fault, MemoryKv, Random, Scheduler, block_on};

#[test]
fn racing_writers_append_to_slots_of_their_own() {
    for backend in Backend::ALL {
        for seed in 0..200 {
            let kv = MemoryKv::new(backend);
            let mut random = Random::new(seed);
            let mut scheduler = Scheduler::new(seed);
            let numbers = Rc::new(RefCell::new(BTreeSet::new()));
            for writer in 0..8 {
                let store = open(&kv, &mut random);
                let numbers = numbers.clone();
                scheduler.spawn(async move {
                    let n = store.append(&keys::due(3), &[writer]).await.unwrap();
                    assert_eq!(store.slot(&keys::due(3), n).await, Ok(Some(vec![writer])));
                    assert!(numbers.borrow_mut().insert(n), "{n} was given twice");
                });
            }
            scheduler.run();
            assert_eq!(numbers.take(), (1..=8).collect());
            assert_eq!(block_on(open(&kv, &mut random).count(&keys::due(3))), Ok(8));
        }
    }
}

#[test]
fn counting_only_reads() {
    for backend in Backend::ALL {
        let kv = MemoryKv::new(backend);
        let store = open(&kv, &mut Random::new(1));
        assert_eq!(block_on(store.count(&keys::recent("t"))), Ok(0));
        for n in 1..=12 {
            assert_eq!(block_on(store.append(&keys::recent("t"), b"x")), Ok(n));
            let writes = kv.counts().writes();
            assert_eq!(block_on(store.count(&keys::recent("t"))), Ok(n));
            assert_eq!(kv.counts().writes(), writes);
        }
    }
}

#[test]
fn a_writer_that_fails_between_its_two_writes_leaves_a_hole() {
    let kv = MemoryKv::new(Backend::Sqlite);
    let store = open(&kv, &mut Random::new(1));
    let counter = keys::due(3);
    kv.fail_at(1, Fault::Before);
    block_on(async {
        store.append(&counter, b"a").await.unwrap_err();
        assert_eq!(store.append(&counter, b"a").await, Ok(2));
        assert_eq!(store.count(&counter).await, Ok(2));
        assert_eq!(store.slot(&counter, 1).await, Ok(None));
        store.remove_slot(&counter, 2).await.unwrap();
        assert_eq!(store.slot(&counter, 2).await, Ok(None));
    });
}
