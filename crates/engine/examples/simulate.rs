//! Long runs of the simulations that the tests run for short: `cargo xtask simulate`. Of each kind of run it prints what
//! happened, as the runs counted it, and of a run that broke a guarantee the command that plays it again.

#![allow(clippy::unwrap_used, clippy::expect_used, dead_code, missing_docs)]

#[path = "../../store/tests/scenario/mod.rs"]
mod scenario;
#[path = "../tests/engine/simulation/mod.rs"]
mod simulation;

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use simulation::run::Run;
use simulation::tally::Tally;
use simulation::weather::{self, Weather};
use store::memory::Backend;

/// Seeds of each kind of run, unless it is said otherwise.
const SEEDS: u64 = 1_000;
/// Broken runs that are shown of each kind.
const SHOWN: usize = 5;

const HELP: &str = "simulate [--seeds N] [--from S] [--only messages|calls|store] [--weather NAME] [--store NAME] [--trace]";

type Verdict = (Tally, Result<(), String>);

/// What is played: the weather by its name, and how a seed is played on a store.
struct Kind {
    subject: &'static str,
    weather: &'static str,
    play: Box<dyn Fn(Backend, u64, bool) -> Verdict + Sync>,
}

fn kinds() -> Vec<Kind> {
    type New = fn(Backend, Weather, u64) -> Run;
    let runs = [("messages", Run::new as New), ("calls", Run::of_calls as New)];
    let runs = runs.into_iter().flat_map(|(subject, new)| {
        weather::ALL.map(|(name, weather)| Kind {
            subject,
            weather: name,
            play: Box::new(move |backend, seed, talks| {
                Run { talks, ..new(backend, weather, seed) }.play()
            }),
        })
    });
    let commits =
        [("calm", scenario::CALM), ("rough", scenario::ROUGH), ("storm", scenario::STORM)];
    let commits = commits.map(|(name, weather)| Kind {
        subject: "store",
        weather: name,
        play: Box::new(move |backend, seed, _| {
            let (counts, verdict) =
                scenario::play_counting(backend, weather, seed, scenario::Update);
            (tally_of(&counts, &verdict), verdict.map_err(|wrong| format!("{wrong:?}")))
        }),
    });
    runs.chain(commits).collect()
}

fn tally_of(counts: &scenario::Counts, verdict: &Result<(), scenario::Wrong>) -> Tally {
    Tally {
        steps: counts.steps,
        events: counts.events,
        repeated: counts.deliveries - counts.events,
        crashes: counts.crashes,
        faults: counts.faults,
        lost: u64::from(*verdict == Err(scenario::Wrong::Lost)),
        doubled: u64::from(*verdict == Err(scenario::Wrong::Doubled)),
        ..Tally::default()
    }
}

/// What was asked for.
struct Asked {
    seeds: u64,
    from: u64,
    only: Option<String>,
    weather: Option<String>,
    store: Option<String>,
    trace: bool,
}

impl Asked {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let (only, weather, store) = (None, None, None);
        let mut asked = Self { seeds: SEEDS, from: 0, only, weather, store, trace: false };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            let number = |text: String| text.parse().map_err(|_| format!("{text} is no number"));
            match word.as_str() {
                "--seeds" => asked.seeds = number(value()?)?,
                "--from" => asked.from = number(value()?)?,
                "--only" => asked.only = Some(value()?),
                "--weather" => asked.weather = Some(value()?),
                "--store" => asked.store = Some(value()?),
                "--trace" => asked.trace = true,
                _ => return Err(format!("{word} is not known: {HELP}")),
            }
        }
        Ok(asked)
    }

    fn wants(&self, kind: &Kind) -> bool {
        let is = |wanted: &Option<String>, name: &str| wanted.as_deref().is_none_or(|w| w == name);
        is(&self.only, kind.subject) && is(&self.weather, kind.weather)
    }

    fn backends(&self) -> Vec<Backend> {
        let is =
            |backend: &Backend| self.store.as_deref().is_none_or(|name| name == store(*backend));
        Backend::ALL.into_iter().filter(is).collect()
    }
}

fn store(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "sqlite",
        Backend::Redis => "redis",
        Backend::DynamoDb => "dynamodb",
    }
}

/// What many runs came to.
#[derive(Default)]
struct Series {
    runs: u64,
    tally: Tally,
    broken: Vec<(u64, Backend, String)>,
}

/// Plays all seeds of a kind, on all cores.
fn play(kind: &Kind, asked: &Asked) -> Series {
    let (next, series) = (AtomicU64::new(asked.from), Mutex::new(Series::default()));
    let last = asked.from.saturating_add(asked.seeds);
    let work = || loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= last {
            return;
        }
        for backend in asked.backends() {
            let (tally, verdict) = (kind.play)(backend, seed, asked.trace);
            let mut series = series.lock().unwrap_or_else(PoisonError::into_inner);
            series.runs += 1;
            series.tally += tally;
            let is_clean = verdict.is_ok() && (tally.lost, tally.doubled) == (0, 0);
            if !is_clean {
                let why = verdict.err().unwrap_or_else(|| format!("{tally:?}"));
                series.broken.push((seed, backend, why));
            }
        }
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        (0..cores).for_each(|_| drop(scope.spawn(work)));
    });
    series.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn report(kind: &Kind, series: &Series, seconds: f64) {
    let Tally { steps, events, repeated, crashes, faults, freezes, .. } = series.tally;
    let Tally { accepted, again, lost, doubled, .. } = series.tally;
    let (subject, weather, runs) = (kind.subject, kind.weather, series.runs);
    #[allow(clippy::cast_precision_loss)] // Of what is shown.
    let rate = runs as f64 / seconds;
    println!(
        "{subject}, {weather}: {runs} runs in {seconds:.1} s, {rate:.0} a second; {steps} steps"
    );
    println!(
        "  events {events}, repeated {repeated}, crashes {crashes}, faults {faults}, freezes {freezes}"
    );
    println!(
        "  sent {accepted}, again in the window of G3 {again}; lost {lost}, doubled {doubled}"
    );
    for (seed, backend, why) in series.broken.iter().take(SHOWN) {
        println!("  BROKEN by seed {seed} on {backend:?}: {why}");
        println!(
            "  again: cargo xtask simulate --only {subject} --weather {weather} --store {} --from {seed} --seeds 1 --trace",
            store(*backend)
        );
    }
}

fn main() -> ExitCode {
    let asked = match Asked::parse(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(why) => {
            eprintln!("error: {why}");
            return ExitCode::FAILURE;
        }
    };
    let (mut runs, mut broken) = (0, 0);
    for kind in kinds().iter().filter(|kind| asked.wants(kind)) {
        let begun = Instant::now();
        let series = play(kind, &asked);
        report(kind, &series, begun.elapsed().as_secs_f64());
        runs += series.runs;
        broken += series.broken.len();
    }
    println!("{runs} runs, {broken} broken");
    // Nothing played is nothing shown: a name was misspelt.
    if runs == 0 || broken > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
