//! A message that failed, sent again by the operator's word.

use uuid::Uuid;

use super::{Applied, Programs, Turn, TurnError};
use crate::{Body, Consent, Conversation, EventId, Message, MessageStatus, OutsideWindow};

impl<P: Programs> Turn<'_, P> {
    /// Says what failed once more, as a message of its own, which the failed one names then.
    ///
    /// # Errors
    /// [`TurnError::NotFailed`] for any other message, one that was sent again before, or that is in the log no more; [`TurnError::OptedOut`] and
    /// [`TurnError::WindowClosed`] where it may not be sent now, [`TurnError::Full`] if too many wait; the conversation must
    /// then not be committed.
    pub fn resend(
        &mut self,
        conversation: &mut Conversation,
        event: EventId,
        id: Uuid,
    ) -> Result<Applied, TurnError> {
        if self.applied_before(conversation, event) {
            return Ok(Applied::Duplicate);
        }
        let failed = conversation.message(id);
        let is_open = |message: &&Message| {
            message.status == MessageStatus::Failed && message.resent_as.is_none()
        };
        let failed = failed.filter(is_open);
        let Some(message) = failed else { return Err(TurnError::NotFailed) };
        let Body::Outbound { content } = &message.body else { return Err(TurnError::NotFailed) };
        if conversation.consent(self.known) == Consent::OptedOut {
            return Err(TurnError::OptedOut);
        }
        let template = match &message.outside_window {
            Some(OutsideWindow::Template(template)) => Some(template.clone()),
            _ => None,
        };
        if conversation.may_send(&message.body, self.now).is_err() && template.is_none() {
            return Err(TurnError::WindowClosed);
        }
        if !conversation.outbox_takes(std::slice::from_ref(content)) {
            return Err(TurnError::Full("too many messages to this contact wait to be sent"));
        }
        let (content, session) = (content.clone(), message.session);
        let reply_to = message.reply_to.clone();
        let again = self.ids.next(self.now);
        conversation.seen.push(event, self.now);
        conversation.say(again, content, session, self.now);
        if let Some(template) = template {
            conversation.say_outside_window(again, template);
        }
        if let Some(message) = conversation.message_mut(again) {
            message.reply_to = reply_to;
        }
        if let Some(message) = conversation.message_mut(id) {
            message.resent_as = Some(again);
        }
        Ok(Applied::Kept)
    }
}
