//! Sending again what failed, by the operator's word.

use conversation::{Applied, EventId, TurnError};
use uuid::Uuid;

use crate::turn::{Commit, Committed, NotCommitted};
use crate::{Engine, EngineError, Host};

/// Why a message is not sent again.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// There is no such conversation.
    #[error("no such conversation")]
    NotFound,
    /// The turn was refused.
    #[error(transparent)]
    Turn(#[from] TurnError),
    /// It could not be done now.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<NotCommitted> for ResendError {
    fn from(error: NotCommitted) -> Self {
        match error {
            NotCommitted::Turn(error) => Self::Turn(error),
            NotCommitted::Engine(error) => Self::Engine(error),
        }
    }
}

impl<H: Host> Engine<'_, H> {
    /// Has a message that failed said again, as a message of its own.
    ///
    /// # Errors
    /// [`ResendError`]; nothing is sent again then.
    pub async fn resend(
        &self,
        conversation: Uuid,
        message: Uuid,
    ) -> Result<Committed<Applied>, ResendError> {
        // Whether somebody else asks for the same is seen in the message.
        let event = EventId::of("resend", &self.host.random().to_string());
        let commit = Commit::of(conversation, self.host.random());
        let committed = self
            .commit(commit, |turn, conversation, _| turn.resend(conversation, event, message))
            .await?;
        committed.ok_or(ResendError::NotFound)
    }
}
