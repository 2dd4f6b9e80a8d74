//! One run, by its seed, and many.

use std::ops::Range;

use store::memory::Backend;

use super::Simulation;
use super::flawed::Flaw;
use super::line::Line;
use super::tally::Tally;
use super::weather::Weather;

/// What a run is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Conversations in messages.
    Messages,
    /// Phone calls.
    Calls,
}

/// What a run follows from: the same run each time.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    pub subject: Subject,
    /// Whose defects the store shows.
    pub backend: Backend,
    pub weather: Weather,
    pub seed: u64,
    /// What is wrong with the protocol.
    pub flaw: Option<Flaw>,
    /// Whether it prints what happens.
    pub talks: bool,
}

impl Run {
    pub fn new(backend: Backend, weather: Weather, seed: u64) -> Self {
        let subject = Subject::Messages;
        Self { subject, backend, weather, seed, flaw: None, talks: false }
    }

    /// The same, of phone calls.
    pub fn of_calls(backend: Backend, weather: Weather, seed: u64) -> Self {
        Self { subject: Subject::Calls, ..Self::new(backend, weather, seed) }
    }

    /// Plays it: what happened, and which guarantee was broken, if one was.
    ///
    /// In a thread of its own: what an instance keeps (compiled workflows) is kept in its thread, and a run must not
    /// depend on those before it.
    pub fn play(self) -> (Tally, Result<(), String>) {
        let playing = std::thread::spawn(move || match self.subject {
            Subject::Messages => {
                let mut simulation = Simulation::new(self);
                let verdict = simulation.play();
                (simulation.tally(), verdict)
            }
            Subject::Calls => {
                let mut line = Line::new(self);
                let verdict = line.play();
                (line.tally(), verdict)
            }
        });
        let panicked = |_| (Tally::default(), Err("it panicked".to_owned()));
        playing.join().unwrap_or_else(panicked)
    }

    /// The first of these seeds that breaks a guarantee in a way that says `what`.
    pub fn first_wrong(self, seeds: Range<u64>, what: &str) -> Option<(u64, String)> {
        seeds.into_iter().find_map(|seed| {
            let (_, verdict) = Self { seed, ..self }.play();
            let why = verdict.err().filter(|why| why.contains(what))?;
            Some((seed, why))
        })
    }
}
