//! What comes in by the web chat: no provider brings it, nothing is sent out; the visitor reads the log.

use conversation::{Applied, Conversation, EventId, Inbound};
use teams::Account;
use uuid::Uuid;

use crate::contact::Known;
use crate::party::Party;
use crate::turn::{Commit, Committed};
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
        let agent = self.agent_of(account).await?;
        let (team, address) = (account.team.clone(), visitor.to_string());
        let contact =
            self.find_or_create_contact(&team, &address, "webchat", Known::default()).await?;
        let (channel, name) = (account.kind, account.account.clone());
        let party = Party { team, channel, account: name, address, username: None, contact };
        let answering = agent.as_ref().map(|agent| agent.workflow_id);
        let events = [(event, None)];
        let commit = Commit {
            party: Some(&party),
            account: Some(account),
            agent: agent.as_ref(),
            events: &events,
            route: answering.or(account.workflow_id),
            ..Commit::of(party.conversation(), self.host.random())
        };
        let committed = self
            .commit(commit, |turn, conversation, route| match read(conversation) {
                Ok(inbound) => turn.inbound(conversation, &inbound, route).map(Ok),
                Err(why) => Ok(Err(why)),
            })
            .await?
            .ok_or(WordsError::NotFound)?;
        self.tell_consent(&committed.conversation).await?;
        Ok(committed)
    }
}
