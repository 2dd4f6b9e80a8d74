//! What a conversation changes in its contact, and what a contact agrees to: who opted out is sent nothing but answers
//! to what it writes afterwards.

use channels::whatsapp;
use conversation::{Body, Contact, Conversation, Message};

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

    /// Whether a message may go to a contact: always, unless it opted out. Then only what was written afterwards, while
    /// the window is open that its own messages open: nothing is triggered for who opted out, so that is an answer.
    pub(crate) fn may_receive(
        &self,
        contact: &Contact,
        conversation: &Conversation,
        message: &Message,
    ) -> bool {
        let Some(since) = contact.opted_out_at else { return true };
        let Body::Outbound { content: flow::Content::Template { .. } } = &message.body else {
            let text = flow::Content::Text { text: String::new() };
            let window = whatsapp::may_send(conversation.last_inbound_at, self.host.now(), &text);
            return message.at >= since && window.is_ok();
        };
        false
    }
}
