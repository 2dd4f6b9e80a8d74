//! Answers that the provider takes with the answer to its own request, where it asks for them there (Twilio's texts).

use super::{Programs, Turn};
use crate::outbox::UNANSWERED;
use crate::{Body, Conversation, EntryState, EventId, Message, MessageStatus};
use flow::Timestamp;

impl<P: Programs> Turn<'_, P> {
    /// Lets what is said in this turn go with the answer to the request of `event`. Whether the provider got it is known
    /// only when it tells what became of it; else it is sent after all, like what nobody answered for. Nothing goes while
    /// something else waits before it.
    pub fn answer_in_line(&mut self, conversation: &mut Conversation, event: EventId) {
        if !self.before.outbox.is_empty() {
            return;
        }
        let until = Timestamp(self.now.0 + UNANSWERED);
        let waiting: Vec<_> = conversation.outbox.iter().map(|entry| entry.message).collect();
        for id in waiting {
            let Some(message) = conversation.message_mut(id) else { return };
            message.request = Some(event);
            let entry = conversation.outbox.iter_mut().find(|entry| entry.message == id);
            if let Some(entry) = entry {
                entry.state = EntryState::Unknown { until };
                entry.tries = 1;
            }
        }
    }
}

impl Conversation {
    /// What goes with the answer to a request, and was not taken before, oldest first.
    pub fn in_line(&self, event: EventId) -> impl Iterator<Item = &Message> {
        let waits = |message: &Message| {
            let entry = self.outbox.iter().find(|entry| entry.message == message.id);
            entry.is_some_and(|entry| matches!(entry.state, EntryState::Unknown { .. }))
        };
        self.log.iter().filter(move |message| {
            message.request == Some(event)
                && matches!(message.body, Body::Outbound { .. })
                && message.status == MessageStatus::Queued
                && waits(message)
        })
    }
}
