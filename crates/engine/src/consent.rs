//! What a contact agrees to: words of command change the contact before the conversation, and who opted out is sent
//! nothing but answers to what it writes afterwards.

use channels::whatsapp;
use conversation::{Body, Contact, Conversation, Inbound, Message};
use flow::Command;
use store::{Change, keys, to_json};
use uuid::Uuid;

use crate::{Engine, EngineError, Host};

impl<H: Host> Engine<'_, H> {
    /// Notes the command that a message is, if it is one, and does what of it concerns the contact: before the
    /// conversation is committed, so that nothing is sent to a contact whose STOP was acknowledged.
    pub(crate) async fn heed(
        &self,
        conversation: Uuid,
        contact: Uuid,
        inbound: &mut Inbound,
    ) -> Result<(), EngineError> {
        // Most messages are no command, whatever the conversation waits for.
        if flow::command(&inbound.reply.text, false).is_none() {
            return Ok(());
        }
        let key = keys::conversation(&conversation.to_string());
        let stored: Option<Conversation> = self.host.store().read_json(&key).await?;
        let mut waits = false;
        if let Some(stored) = &stored {
            // Delivered again, an old STOP must not undo a START that came after it.
            let event = [(inbound.event, inbound.sent_at)];
            if stored.seen.contains(inbound.event) || !self.older(stored, &event).await?.is_empty()
            {
                return Ok(());
            }
            waits = !stored.paused && stored.waiting().is_some();
        }
        inbound.command = flow::command(&inbound.reply.text, waits);
        match inbound.command {
            Some(command) => self.change_consent(contact, command).await,
            None => Ok(()),
        }
    }

    async fn change_consent(&self, contact: Uuid, command: Command) -> Result<(), EngineError> {
        let key = keys::contact(&contact.to_string());
        let now = self.host.now();
        self.host
            .store()
            .update(&key, async |current| {
                let Some(json) = &current else { return Ok(Change::Keep(())) };
                let mut contact: Contact = store::from_json(&key, json)?;
                let before = (contact.opted_in_at, contact.opted_out_at);
                match command {
                    Command::OptOut => contact.opt_out(now),
                    Command::OptIn if contact.opted_out_at.is_some() => contact.opt_in(now),
                    Command::OptIn => {}
                }
                if before == (contact.opted_in_at, contact.opted_out_at) {
                    return Ok(Change::Keep(()));
                }
                Ok::<_, EngineError>(Change::Write(to_json(&key, &contact)?, ()))
            })
            .await
    }

    /// Brings a conversation's changes to the contact's document. The number of the last one; `None`: there are none.
    pub(crate) async fn change_contact(
        &self,
        conversation: &Conversation,
    ) -> Result<Option<u64>, EngineError> {
        let Some(last) = conversation.changes.last() else { return Ok(None) };
        let key = keys::contact(&conversation.contact_id.to_string());
        self.host
            .store()
            .update(&key, async |current| {
                let Some(json) = &current else { return Ok(Change::Keep(())) };
                let mut contact: Contact = store::from_json(&key, json)?;
                if !contact.apply(conversation) {
                    return Ok(Change::Keep(()));
                }
                Ok::<_, EngineError>(Change::Write(to_json(&key, &contact)?, ()))
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
