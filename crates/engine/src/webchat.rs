//! What comes in by the web chat: no provider brings it, nothing is sent out; the visitor reads the log.

use conversation::{Applied, Conversation, EventId, Inbound};
use teams::Account;
use uuid::Uuid;

use crate::turn::Committed;
use crate::{Engine, Host, WordsError};

impl<H: Host> Engine<'_, H> {
    /// Takes what a visitor says on an account, in one commit. `read` makes of it what the conversation, as it is then,
    /// hears; or refuses it, which leaves the conversation as it is. It may be called again, after a conflict.
    ///
    /// # Errors
    /// [`WordsError`]; nothing was heard then, though a contact may have been created.
    pub async fn hear_visitor<E>(
        &self,
        account: &Account,
        visitor: Uuid,
        event: EventId,
        mut read: impl FnMut(&Conversation) -> Result<Inbound, E>,
    ) -> Result<Committed<Result<Applied, E>>, WordsError> {
        let address = visitor.to_string();
        let committed = self
            .commit_on(account, &address, &[event], |turn, conversation, route| {
                match read(conversation) {
                    Ok(inbound) => turn.inbound(conversation, &inbound, route).map(Ok),
                    Err(why) => Ok(Err(why)),
                }
            })
            .await?;
        self.tell_consent(&committed.conversation).await?;
        Ok(committed)
    }
}
