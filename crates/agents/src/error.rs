//! Why something of an agent was not written.

use conversation::KeyReused;
use store::StoreError;

/// Why something of an agent was not written.
#[derive(Debug)]
pub enum WriteError {
    /// The team has no such agent.
    NotFound,
    /// There is no such workflow, or the team may not read it.
    WorkflowNotFound,
    /// The agent knows nothing of this id.
    KnowledgeNotFound,
    /// The `Idempotency-Key` came with another body before.
    KeyReused,
    /// The team has as many agents as it may have.
    TooMany(usize),
    /// The agent knows as many things as it may know.
    TooMuchKnowledge(usize),
    /// The copy of a public workflow was not written.
    Workflow(workflows::WriteError),
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<workflows::WriteError> for WriteError {
    fn from(error: workflows::WriteError) -> Self {
        match error {
            workflows::WriteError::Store(error) => Self::Store(error),
            error => Self::Workflow(error),
        }
    }
}

impl From<KeyReused> for WriteError {
    fn from(_: KeyReused) -> Self {
        Self::KeyReused
    }
}
