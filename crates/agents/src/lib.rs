//! A team's agents: who answers on its channels, by which workflow, and what it knows.

mod body;
mod channels;
mod document;
mod error;
mod index;
mod knowledge;
mod profile;
mod stored;
mod test_code;
mod view;
mod workflow;

pub use body::{KnowledgeChange, NewKnowledge, read_change, read_new, read_status};
pub use channels::{AgentChannel, channels};
pub use document::{Agent, LiveStatus};
pub use error::WriteError;
pub use index::{MAX_AGENTS, Wanted, list};
pub use knowledge::{
    Knowledge, KnowledgeItem, KnowledgeKind, MAX_KNOWLEDGE, add_knowledge, change_knowledge,
    knowledge, remove_knowledge,
};
pub use profile::{Persona, Profile};
pub use stored::{NewAgent, change, create, delete, load, update};
pub use test_code::test_code;
pub use view::{
    AgentDetailView, AgentView, KnowledgeSummaryView, KnowledgeView, NewAgentView, StatusView,
    TestChannelView, TestChannelsView, TestCodeView, TestPhoneView,
};
pub use workflow::users;
