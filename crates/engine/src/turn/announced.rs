//! What announces a conversation, and what is in it: written before the conversation is.

use agents::Agent;
use conversation::{Conversation, ConversationEntry};
use store::{StoreError, keys, to_json};
use uuid::Uuid;

use super::MINUTE;
use crate::{Engine, Host};

impl<H: Host> Engine<'_, H> {
    /// Names a conversation in the list of the agent that answers there now: before it is written, like all that announces a
    /// document.
    pub(super) async fn enlist(
        &self,
        conversation: &mut Conversation,
        agent: &Agent,
        listed: &mut Option<u64>,
    ) -> Result<(), StoreError> {
        // Once is enough, however often a conflict makes the turn be applied.
        let n = match *listed {
            Some(n) => n,
            None => {
                let list = keys::conversations(&agent.id.to_string());
                let entry = ConversationEntry::of(conversation);
                self.host.store().append(&list, &to_json(&list, &entry)?).await?
            }
        };
        *listed = Some(n);
        conversation.listed = Some(n);
        Ok(())
    }

    /// Says in the list of the agent what the contact is called, which was not known when the entry was written: a search
    /// looks there. At most once of a conversation.
    pub(super) async fn name_in_list(&self, conversation: &Conversation) -> Result<(), StoreError> {
        let (Some(agent), Some(n)) = (conversation.agent, conversation.listed) else {
            return Ok(());
        };
        let list = keys::conversations(&agent.to_string());
        let entry = ConversationEntry::of(conversation);
        self.host.store().replace(&list, n, &to_json(&list, &entry)?).await
    }

    /// Names a phone call in the list of its agent's, before it is written.
    pub(super) async fn enlist_call(
        &self,
        conversation: &mut Conversation,
        listed: &mut Option<(Uuid, u64)>,
    ) -> Result<(), StoreError> {
        let (Some(agent), Some(entry)) = (conversation.agent, conversation.unlisted_call()) else {
            return Ok(());
        };
        let n = match *listed {
            Some((call, n)) if call == entry.call => n,
            _ => {
                let list = keys::calls(&agent.to_string());
                self.host.store().append(&list, &to_json(&list, &entry)?).await?
            }
        };
        *listed = Some((entry.call, n));
        conversation.list_call(entry.call, n);
        Ok(())
    }

    /// Writes the due slot that makes the sweep look at a conversation; before the conversation is written, so that
    /// a crash in between loses nothing.
    pub(super) async fn announce(&self, minute: u64, id: Uuid) -> Result<(), StoreError> {
        let counter = keys::due(minute);
        self.host.store().append(&counter, id.as_bytes()).await?;
        Ok(())
    }

    /// Writes a due slot into a minute that is still to come.
    pub(crate) async fn announce_again(&self, id: Uuid) -> Result<(), StoreError> {
        self.announce(self.host.now().0 / MINUTE + 1, id).await
    }

    /// Whether the slots of a minute may be gone: the sweep removes them 5 minutes after their minute, by a clock that
    /// may be ahead of this one.
    pub(super) fn is_late(&self, minute: u64) -> bool {
        self.host.now().0 > (minute + 2) * MINUTE
    }
}
