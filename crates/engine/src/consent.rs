//! What a conversation changes in its contact, and what a contact agrees to: who opted out is sent nothing but answers
//! to what it writes afterwards.

use conversation::Conversation;

use crate::{Engine, EngineError, Host};

impl<H: Host> Engine<'_, H> {
    /// Lets the contact's document know of a STOP, before whoever brought it is answered: from then on nothing that was
    /// written before is sent, and nothing is started, in any conversation. A STOP that comes again finds what a failure
    /// left to be told.
    pub(crate) async fn tell_consent(
        &self,
        conversation: &Conversation,
    ) -> Result<(), EngineError> {
        if conversation.has_consent_to_tell() {
            self.change_contact(conversation).await?;
        }
        Ok(())
    }

    /// Brings a conversation's changes to the contact's document. The number of the last one; `None`: there are none.
    pub(crate) async fn change_contact(
        &self,
        conversation: &Conversation,
    ) -> Result<Option<u64>, EngineError> {
        let Some(last) = conversation.changes.last() else { return Ok(None) };
        let (store, now) = (self.host.store(), self.host.now());
        contacts::change(store, &conversation.team, conversation.contact_id, now, |contact| {
            contact.apply(conversation);
            Ok::<_, EngineError>(())
        })
        .await?;
        Ok(Some(last.number))
    }
}
