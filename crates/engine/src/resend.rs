//! Sending again what failed, by the operator's word.

use conversation::{Applied, EventId};
use uuid::Uuid;

use crate::turn::{Commit, Committed};
use crate::{Engine, Host, WordsError};

impl<H: Host> Engine<'_, H> {
    /// Has a message that failed said again, as a message of its own.
    ///
    /// # Errors
    /// [`WordsError`]; nothing is sent again then.
    pub async fn resend(
        &self,
        conversation: Uuid,
        message: Uuid,
    ) -> Result<Committed<Applied>, WordsError> {
        // Whether somebody else asks for the same is seen in the message.
        let event = EventId::of("resend", &self.host.random().to_string());
        let commit = Commit::of(conversation, self.host.random());
        let committed = self
            .commit(commit, |turn, conversation, _| turn.resend(conversation, event, message))
            .await?;
        committed.ok_or(WordsError::NotFound)
    }
}
