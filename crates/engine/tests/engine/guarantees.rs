//! The guarantees of design section 2, held against thousands of runs (`simulation/`). A run that goes wrong is
//! played again, with what happened in it, by `SEED=<seed> cargo test -p engine <name of the test>`.

use super::simulation::{CALM, CRASHES, FREEZES, STORM, Simulation, TROUBLE, Weather};
use store::memory::Backend;

fn assert_runs(weather: Weather, seeds: u64) {
    let chosen = std::env::var("SEED").ok().map(|seed| seed.parse().expect("a number"));
    // For a longer look: SEEDS=100000.
    let seeds = std::env::var("SEEDS").map_or(seeds, |seeds| seeds.parse().expect("a number"));
    let seeds = chosen.map_or(0..seeds, |seed| seed..seed + 1);
    for seed in seeds {
        for backend in [Backend::Sqlite, Backend::Redis] {
            if let Err(why) = Simulation::play(backend, weather, seed, chosen.is_some()) {
                panic!("SEED={seed} on {backend:?}, {weather:?}: {why}");
            }
        }
    }
}

#[test]
fn nothing_is_lost_nor_doubled_when_all_goes_well() {
    assert_runs(CALM, 300);
}

#[test]
fn nothing_is_lost_nor_doubled_when_the_provider_fails() {
    assert_runs(TROUBLE, 300);
}

#[test]
fn nothing_is_lost_nor_doubled_when_tasks_are_ended_anywhere() {
    assert_runs(CRASHES, 300);
}

#[test]
fn nothing_is_lost_nor_doubled_when_machines_stand_still() {
    assert_runs(FREEZES, 300);
}

#[test]
fn nothing_is_lost_nor_doubled_when_everything_goes_wrong() {
    assert_runs(STORM, 300);
}
