//! Dialogues with a workflow: files that say what happens and what the workflow answers, which a team keeps beside its
//! workflows (docs/dialogues.md). Reading, playing, comparing and rewriting them, which nodes and ports they take, and
//! talking to a workflow by hand. For development, on a person's machine: no component links it.
//!
//! A session runs as in a conversation of its own. What belongs to the conversation is left out: expiry, pausing after
//! a handoff, the words that opt out, sessions that suspend one another.

mod compare;
mod coverage;
mod duration;
mod event;
mod file;
mod folder;
mod json;
mod play;
mod run;
mod seen;
mod session;
mod show;
mod source;

pub use compare::{Difference, differences, explain};
pub use coverage::Coverage;
pub use event::Event;
pub use file::{Dialogue, Turn};
pub use folder::{Failure, Report, check};
pub use play::{Play, Reaction};
pub use run::{Played, Problem};
pub use seen::Seen;
pub use source::Source;

use session::Session;
use source::{Setting, Workflow};
