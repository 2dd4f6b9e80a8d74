//! The guarantees of design section 2, held against thousands of runs (`simulation/`). A run that goes wrong is
//! played again, with what happened in it, by `SEED=<seed> cargo test -p engine <name of the test>`; for long runs there
//! is `cargo xtask simulate`.

use super::simulation::run::Run;
use super::simulation::{CALM, CRASHES, FREEZES, STORM, TROUBLE, Weather, weather};
use store::memory::Backend;

fn assert_runs(new: fn(Backend, Weather, u64) -> Run, weather: Weather, seeds: u64) {
    let chosen = std::env::var("SEED").ok().map(|seed| seed.parse().expect("a number"));
    // For a longer look: SEEDS=100000.
    let seeds = std::env::var("SEEDS").map_or(seeds, |seeds| seeds.parse().expect("a number"));
    let seeds = chosen.map_or(0..seeds, |seed| seed..seed + 1);
    for seed in seeds {
        for backend in [Backend::Sqlite, Backend::Redis] {
            let run = Run { talks: chosen.is_some(), ..new(backend, weather, seed) };
            let (tally, verdict) = run.play();
            if let Err(why) = verdict {
                panic!("SEED={seed} on {backend:?}, {weather:?}: {why}");
            }
            assert_eq!((tally.lost, tally.doubled), (0, 0), "SEED={seed} on {backend:?}");
        }
    }
}

#[test]
fn nothing_is_lost_nor_doubled_when_all_goes_well() {
    assert_runs(Run::new, CALM, 300);
}

#[test]
fn nothing_is_lost_nor_doubled_when_the_provider_fails() {
    assert_runs(Run::new, TROUBLE, 300);
}

#[test]
fn nothing_is_lost_nor_doubled_when_tasks_are_ended_anywhere() {
    assert_runs(Run::new, CRASHES, 300);
}

#[test]
fn nothing_is_lost_nor_doubled_when_machines_stand_still() {
    assert_runs(Run::new, FREEZES, 300);
}

#[test]
fn nothing_is_lost_nor_doubled_when_everything_goes_wrong() {
    assert_runs(Run::new, STORM, 300);
}

#[test]
fn calls_are_placed_once_and_each_step_is_answered_once_when_all_goes_well() {
    assert_runs(Run::of_calls, CALM, 600);
}

#[test]
fn calls_are_placed_once_and_each_step_is_answered_once_when_the_provider_fails() {
    assert_runs(Run::of_calls, TROUBLE, 600);
}

#[test]
fn calls_are_placed_once_and_each_step_is_answered_once_when_tasks_are_ended_anywhere() {
    assert_runs(Run::of_calls, CRASHES, 600);
}

#[test]
fn calls_are_placed_once_and_each_step_is_answered_once_when_machines_stand_still() {
    assert_runs(Run::of_calls, FREEZES, 600);
}

#[test]
fn calls_are_placed_once_and_each_step_is_answered_once_when_everything_goes_wrong() {
    assert_runs(Run::of_calls, STORM, 600);
}

/// Else the command that a failure prints would play another run.
#[test]
fn a_seed_plays_the_same_run_whatever_was_played_before() {
    for (_, weather) in weather::ALL {
        for run in [Run::new(Backend::Redis, weather, 7), Run::of_calls(Backend::Redis, weather, 7)]
        {
            let first = run.play();
            assert_eq!(Run::new(Backend::Redis, CALM, 8).play().1, Ok(()));
            assert_eq!(run.play(), first);
        }
    }
}
