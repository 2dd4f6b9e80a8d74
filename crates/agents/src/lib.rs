//! A team's agents: who answers on its channels, by which workflow, and what it knows.

mod document;
mod knowledge;
mod stored;

pub use document::{Agent, LiveStatus, Persona, Profile};
pub use knowledge::{Knowledge, KnowledgeItem, KnowledgeKind};
pub use stored::{knowledge, load};
