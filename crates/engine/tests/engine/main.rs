//! The engine over a simulated machine: guarantees held against many runs, and single cases.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod answering;
mod calls;
mod consent;
mod delivering;
mod guarantees;
mod known_wrong;
mod model;
mod notices;
mod ordering;
mod outage;
mod people;
mod polling;
mod programs;
mod receiving;
mod sequences;
mod showing;
mod simulation;
mod stage;
mod stored;
mod sweeping;
mod templates;
mod triggering;
mod visiting;
