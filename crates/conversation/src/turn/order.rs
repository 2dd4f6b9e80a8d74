//! What a team's backend has sent to a contact: its own word, beside whatever sessions say.

use flow::Content;
use uuid::Uuid;

use super::{Applied, Programs, Turn, TurnError};
use crate::{Conversation, EventId, Order};

impl<P: Programs> Turn<'_, P> {
    /// Puts a message into the log and the outbox. Sessions go on as they were, paused or not.
    ///
    /// # Errors
    /// [`TurnError::KeyReused`], [`TurnError::OptedOut`] where the contact may not receive it, [`TurnError::Full`] if too
    /// many messages wait to be sent; the conversation must then not be committed.
    pub fn order(
        &mut self,
        conversation: &mut Conversation,
        order: &Order,
    ) -> Result<Applied, TurnError> {
        if let Some(used) = &order.key {
            conversation.keys.has(used)?;
        }
        if self.applied_before(conversation, order.event) {
            return Ok(Applied::Duplicate);
        }
        if !conversation.may_receive(self.known, &order.content, self.now, self.now) {
            return Err(TurnError::OptedOut);
        }
        self.put(conversation, order.event, order.message, order.content.clone())?;
        if let Some(message) = conversation.message_mut(order.message) {
            message.reply_to.clone_from(&order.reply_to);
        }
        if let Some(used) = &order.key {
            conversation.keys.remember(used);
        }
        Ok(Applied::Kept)
    }

    /// Says something once, as no session's.
    pub(super) fn put(
        &mut self,
        conversation: &mut Conversation,
        event: EventId,
        id: Uuid,
        content: Content,
    ) -> Result<(), TurnError> {
        if !conversation.outbox_takes(std::slice::from_ref(&content)) {
            return Err(TurnError::Full("too many messages to this contact wait to be sent"));
        }
        conversation.seen.push(event, self.now);
        conversation.say(id, content, None, self.now);
        if let Some(message) = conversation.message_mut(id) {
            message.request = Some(event);
        }
        Ok(())
    }
}
