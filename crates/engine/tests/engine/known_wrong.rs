//! Protocols that lose or double what they must not: the runs of `guarantees.rs` must show it, or they would prove
//! nothing. What each takes out is in `simulation/flawed.rs`; those of the store alone are in `crates/store`.

use store::memory::Backend;

use super::simulation::flawed::Flaw;
use super::simulation::run::Run;
use super::simulation::{CALM, CRASHES, TROUBLE, Weather};

const SEEDS: u64 = 1_000;

/// Some seed breaks the guarantee in the way that the flaw must break it; without the flaw it does not.
#[track_caller]
fn assert_caught(flaw: Flaw, weather: Weather, breaks: &str) {
    assert_caught_in(Run::new, flaw, weather, breaks);
}

#[track_caller]
fn assert_caught_in(
    new: fn(Backend, Weather, u64) -> Run,
    flaw: Flaw,
    weather: Weather,
    breaks: &str,
) {
    for backend in [Backend::Sqlite, Backend::Redis] {
        let run = Run { flaw: Some(flaw), ..new(backend, weather, 0) };
        let found = run.first_wrong(0..SEEDS, breaks);
        let (seed, why) = found.unwrap_or_else(|| panic!("{flaw:?} on {backend:?} is not caught"));
        println!("{flaw:?} on {backend:?}: seed {seed}: {}", &why[..why.len().min(100)]);
        let (_, without) = Run { flaw: None, seed, ..run }.play();
        assert_eq!(without, Ok(()), "{flaw:?} on {backend:?}, seed {seed}");
    }
}

#[test]
fn a_swap_that_is_trusted_loses_what_was_acknowledged() {
    assert_caught(Flaw::TrustedSwap, CALM, "G2: ");
}

#[test]
fn a_creation_without_the_birth_key_loses_what_was_acknowledged() {
    assert_caught(Flaw::NoBirthKey, CALM, "G2: ");
}

#[test]
fn a_short_list_of_applied_turns_hears_a_message_twice() {
    assert_caught(Flaw::ShortSeen, CALM, "G1: ");
}

#[test]
fn without_a_lease_a_message_is_sent_by_two() {
    assert_caught(Flaw::NoLease, CALM, "G3: ");
}

#[test]
fn a_mark_before_the_sending_loses_a_message_when_its_sender_dies() {
    assert_caught(Flaw::MarkBeforeSend, CRASHES, "G3: accepted 0 times");
}

#[test]
fn a_mark_before_the_sending_loses_a_message_when_the_provider_fails() {
    assert_caught(Flaw::MarkBeforeSend, TROUBLE, "G3: accepted 0 times");
}

#[test]
fn a_document_before_its_due_slot_is_forgotten_when_its_writer_dies() {
    // The writer has to die within two steps of its commit.
    let crashes = Weather { crashes: 60, ..CRASHES };
    assert_caught(Flaw::DocumentBeforeSlot, crashes, "G4: it does not come to an end");
}

#[test]
fn an_event_acknowledged_before_its_commit_is_lost_when_its_taker_dies() {
    assert_caught(Flaw::AcknowledgedFirst, CRASHES, "G2: ");
}

#[test]
fn without_a_lease_a_call_is_placed_by_two() {
    assert_caught_in(Run::of_calls, Flaw::NoLease, CALM, "G3: ");
}

#[test]
fn a_step_that_is_not_remembered_is_heard_twice() {
    assert_caught_in(Run::of_calls, Flaw::NoSteps, CALM, "G1: ");
}

#[test]
fn a_short_list_of_applied_turns_hears_a_visitor_twice() {
    assert_caught_in(Run::of_calls, Flaw::ShortSeen, CRASHES, "G1: ");
}
