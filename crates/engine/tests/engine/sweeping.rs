//! The sweep: what is due is done in time, and slots do not pile up.

use conversation::SessionStatus;
use store::keys;
use store::memory::{Fault, Scheduler, block_on};

use super::simulation::setup::{NOON, TEAM, offer};
use super::simulation::{conversation_of, phone};
use super::stage::{MINUTE, SECOND, Stage};

fn slots(stage: &Stage) -> Vec<String> {
    let is_slot = |key: &String| key.starts_with("due:") && !key.starts_with("due:cursor");
    stage.world.kv.keys().into_iter().filter(is_slot).collect()
}

#[test]
fn a_timeout_fires_in_the_minute_after_it_is_due() {
    let mut stage = Stage::new();
    stage.offer(0);
    for _ in 0..20 {
        stage.sweep();
        stage.pass(MINUTE);
    }
    assert_eq!(stage.conversation(0).sessions[0].status, SessionStatus::Running);
    stage.pass(MINUTE);
    assert_eq!(stage.sweep().fired, 1);
    assert_eq!(stage.conversation(0).sessions[0].status, SessionStatus::Completed);
    assert_eq!(stage.sweep().fired, 0);
}

#[test]
fn a_sweep_after_a_long_silence_does_what_became_due_meanwhile() {
    let mut stage = Stage::new();
    stage.offer(0);
    stage.pass(3 * 24 * 60 * MINUTE);
    let sweep = stage.sweep();
    assert_eq!((sweep.fired, sweep.failed, sweep.more), (1, 0, false));
}

#[test]
fn slots_are_removed_when_their_minute_is_over() {
    let mut stage = Stage::new();
    for contact in 0..5 {
        stage.offer(contact);
    }
    for _ in 0..40 {
        stage.pass(MINUTE);
        stage.sweep();
    }
    assert!(stage.conversation(0).due().is_none());
    assert_eq!(slots(&stage), [""; 0]);
}

#[test]
fn a_sweep_without_anything_new_writes_nothing() {
    let mut stage = Stage::new();
    stage.offer(0);
    stage.pass(MINUTE);
    stage.sweep();
    let before = stage.world.kv.counts().writes();
    let sweep = stage.sweep();
    assert_eq!((sweep.swept, stage.world.kv.counts().writes()), (0, before));
}

/// Sweeps on a store whose operations take so many milliseconds, as long as there is more to be done, `most` times at most: what
/// fired, and how often it swept.
fn sweep_to_the_end(stage: &mut Stage, operation: u64, most: u64) -> (u64, u64) {
    let world = std::rc::Rc::downgrade(&stage.world);
    stage.world.kv.faults(move |_| {
        world.upgrade().expect("the world").pass(operation);
        None
    });
    let mut fired = 0;
    for sweeps in 1..=most {
        let sweep = stage.sweep();
        fired += sweep.fired;
        if !sweep.more {
            return (fired, sweeps);
        }
    }
    panic!("it never comes to an end");
}

#[test]
fn a_sweep_stops_after_20_seconds_and_the_next_one_goes_on() {
    let mut stage = Stage::new();
    for contact in 0..40 {
        stage.offer(contact);
    }
    stage.pass(30 * MINUTE);
    let (fired, sweeps) = sweep_to_the_end(&mut stage, 100, 20);
    assert!(sweeps > 1);
    assert_eq!(fired, 40);
}

/// Looking at all its slots takes longer than a sweep may: each goes on where the last one stopped, and the minutes behind are reached.
#[test]
fn a_minute_with_more_slots_than_a_sweep_can_look_at_does_not_hold_up_those_behind_it() {
    let mut stage = Stage::new();
    for contact in 0..240 {
        stage.offer(contact);
    }
    stage.pass(30 * MINUTE);
    let (fired, _) = sweep_to_the_end(&mut stage, 200, 100);
    assert_eq!(fired, 240);
    stage.world.kv.settle();
    stage.pass(10 * MINUTE);
    stage.sweep();
    assert!(slots(&stage).len() < 240, "its slots are removed: {}", slots(&stage).len());
}

#[test]
fn a_conversation_that_fails_for_long_does_not_hold_up_the_minutes_behind_it() {
    let mut stage = Stage::new();
    stage.offer(0);
    stage.pass(5 * MINUTE);
    stage.offer(1);
    let broken = keys::conversation(&conversation_of(0).to_string());
    stage.world.kv.faults(move |op| op.key.starts_with(&broken).then_some(Fault::Before));
    for _ in 0..60 {
        stage.pass(MINUTE);
        stage.sweep();
    }
    assert!(stage.conversation_ended(1));
    assert!(slots(&stage).len() <= 24, "its slots are removed: {:?}", slots(&stage));
    stage.world.kv.settle();
    for _ in 0..3 {
        stage.pass(MINUTE);
        stage.sweep();
    }
    assert!(stage.conversation_ended(0), "and it is not forgotten");
}

/// A trigger whose machine stands still between the slot and the commit, while others sweep, and which is ended before
/// anything is delivered.
fn stood_still(milliseconds: u64) -> Stage {
    let mut stage = Stage::new();
    let mut scheduler = Scheduler::new(1);
    let host = stage.host();
    scheduler.spawn(async move {
        let request = engine::TriggerRequest {
            team: TEAM,
            workflow: offer(),
            kind: None,
            contact: engine::ContactRef::Phone(conversation::E164::parse(&phone(0)).unwrap()),
            account: None,
            start_at: None,
            context: serde_json::Map::from_iter([("cart".to_owned(), "cart".into())]),
            key: None,
        };
        host.engine().trigger(&request).await.unwrap();
    });
    while slots(&stage).len() < 2 {
        assert!(scheduler.step());
    }
    stage.pass(milliseconds);
    assert_eq!((stage.sweep().swept, stage.find(conversation_of(0))), (1, None));
    scheduler.run();
    stage
}

fn assert_is_not_forgotten(mut stage: Stage) {
    for _ in 0..60 {
        stage.pass(MINUTE);
        stage.sweep();
    }
    assert_eq!(stage.received(0), ["v1 open"]);
    assert!(stage.conversation_ended(0));
}

#[test]
fn a_slot_that_was_looked_at_before_the_commit_is_looked_at_again() {
    // The slot is for the third minute: the lease of 90 s, and 60 s for clocks.
    let stage = stood_still(3 * MINUTE);
    assert_eq!(slots(&stage).len(), 2, "it is there still, and no other");
    assert_is_not_forgotten(stage);
}

#[test]
fn a_slot_that_was_removed_before_the_commit_is_written_again() {
    assert_is_not_forgotten(stood_still(60 * MINUTE));
}

#[test]
fn a_number_without_a_slot_holds_up_nothing() {
    let mut stage = Stage::new();
    stage.offer(0);
    // Drawn by a writer that died.
    let minute = stage.conversation(0).check_at.unwrap().0 / MINUTE;
    use store::Kv as _;
    block_on(stage.world.kv.increment(&keys::due(minute), 1)).unwrap();
    stage.offer(1);
    for _ in 0..40 {
        stage.pass(MINUTE + SECOND);
        stage.sweep();
    }
    assert!(stage.conversation_ended(0) && stage.conversation_ended(1));
    assert_eq!(slots(&stage), [""; 0]);
}

#[test]
fn a_slot_of_a_conversation_that_was_never_written_is_passed_over() {
    let mut stage = Stage::new();
    let minute = NOON / MINUTE + 1;
    block_on(stage.store().append(&keys::due(minute), uuid::Uuid::nil().as_bytes())).unwrap();
    block_on(stage.store().append(&keys::due(minute), b"no id")).unwrap();
    stage.pass(10 * MINUTE);
    let sweep = stage.sweep();
    assert_eq!((sweep.swept, sweep.failed), (1, 0));
    assert_eq!(slots(&stage), [""; 0]);
}
