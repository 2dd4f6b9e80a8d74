//! Every single fault and every single crash, at every operation of a creation and of a turn: the event comes again,
//! and is in the document once.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scenario;

use scenario::{Commit, Tally, Update, name, open};
use store::memory::{Backend, Fault, MemoryKv, Random, Scheduler, block_on};
use store::{Store, StoreError};

const FAULTS: [Fault; 5] =
    [Fault::Before, Fault::After, Fault::Late(0), Fault::Late(3), Fault::Late(1_000)];

/// More operations than a commit has.
const OPERATIONS: u64 = 12;

fn store(kv: &MemoryKv) -> Store<MemoryKv> {
    open(kv, &mut Random::new(1))
}

fn commit(kv: &MemoryKv, event: u64) -> Result<(), StoreError> {
    block_on(Update.commit(&store(kv), &name(0), event))
}

fn tally(kv: &MemoryKv) -> Tally {
    let tally = block_on(store(kv).read_json(&name(0)));
    tally.unwrap().unwrap_or_default()
}

/// Delivers `event` until it is acknowledged.
fn deliver(kv: &MemoryKv, event: u64) {
    assert!((0..3).any(|_| commit(kv, event).is_ok()), "one fault can fail one delivery");
}

#[test]
fn one_fault_neither_loses_nor_doubles_a_creation() {
    each_fault(|kv, _| deliver(kv, 7), &[7]);
}

#[test]
fn one_fault_neither_loses_nor_doubles_a_turn() {
    each_fault(
        |kv, fail| {
            deliver(kv, 7);
            fail();
            deliver(kv, 8);
        },
        &[7, 8],
    );
}

#[test]
fn an_event_that_comes_late_meets_its_own_delayed_write() {
    each_fault(
        |kv, fail| {
            deliver(kv, 7);
            fail();
            let _ = commit(kv, 8);
            deliver(kv, 9);
            deliver(kv, 8);
        },
        &[7, 8, 9],
    );
}

/// Runs `play` with every fault, first at every operation from its start, then from where it calls `fail`.
fn each_fault(play: impl Fn(&MemoryKv, &dyn Fn()), events: &[u64]) {
    for backend in Backend::ALL {
        for fault in FAULTS {
            for nth in 0..OPERATIONS {
                let kv = MemoryKv::new(backend);
                kv.fail_at(nth, fault);
                play(&kv, &|| kv.fail_at(nth, fault));
                kv.settle();
                let mut tally = tally(&kv);
                tally.events.sort();
                let played = format!("{backend:?}, {fault:?} at {nth}");
                assert_eq!(tally.events, events, "{played}");
                assert_eq!(tally.turns, events.len() as u64, "{played}");
            }
        }
    }
}

#[test]
fn a_crash_anywhere_neither_loses_nor_doubles() {
    for backend in Backend::ALL {
        for before in [&[][..], &[7]] {
            for steps in 0..4 * OPERATIONS {
                let kv = MemoryKv::new(backend);
                before.iter().for_each(|event| deliver(&kv, *event));
                let mut scheduler = Scheduler::new(0);
                let host = kv.clone();
                let task = scheduler.spawn(async move {
                    Update.commit(&store(&host), &name(0), 8).await.unwrap();
                });
                for _ in 0..steps {
                    scheduler.step();
                }
                scheduler.crash(task);
                deliver(&kv, 8);
                let events = [before, &[8]].concat();
                assert_eq!(tally(&kv).events, events, "{backend:?}, {steps} steps");
            }
        }
    }
}

#[test]
fn a_store_that_keeps_failing_is_an_error() {
    let kv = MemoryKv::new(Backend::Sqlite);
    deliver(&kv, 7);
    kv.faults(|operation| operation.key.contains('#').then_some(Fault::Before));
    assert!(matches!(commit(&kv, 8), Err(StoreError::Kv(_))));
    kv.faults(|_| Some(Fault::Before));
    assert!(matches!(commit(&kv, 8), Err(StoreError::Kv(_))));
}
