//! What goes instead of a message where WhatsApp takes only approved templates: more than 24 hours after the contact's
//! last message.
//!
//! Whether the window is closed is known when the message is said, or the provider says so (131047), at once or in a
//! receipt. The template then becomes the content of the same message of the log, once; what it replaced is kept beside
//! it. So an attempt to send the words, told again or late, is never taken for one to send the template.

use channels::whatsapp::WindowClosed;
use flow::Content;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Applied, Attempt, Body, Channel, Conversation, Entry, EntryState, Message, MessageStatus,
    Receipt,
};

/// The approved template of a message that is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutsideWindow {
    /// It goes if nothing else does.
    Template(Content),
    /// It is what the message says now.
    InsteadOf {
        /// What the message said.
        content: Content,
        /// The provider's id of that, if the provider first took it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider_id: Option<String>,
    },
}

impl OutsideWindow {
    pub(crate) fn content(&self) -> &Content {
        match self {
            Self::Template(content) | Self::InsteadOf { content, .. } => content,
        }
    }
}

impl Message {
    /// Lets the template go instead. Whether there is one that has not gone.
    fn go_outside_window(&mut self) -> bool {
        let Body::Outbound { content } = &mut self.body else { return false };
        let Some(OutsideWindow::Template(template)) = &mut self.outside_window else {
            return false;
        };
        std::mem::swap(content, template);
        let (content, provider_id) = (template.clone(), self.provider_id.take());
        self.outside_window = Some(OutsideWindow::InsteadOf { content, provider_id });
        (self.status, self.error) = (MessageStatus::Queued, None);
        true
    }

    /// Whether the provider knows by this id what the template went instead of.
    fn went_before_as(&self, id: &str) -> bool {
        matches!(&self.outside_window,
            Some(OutsideWindow::InsteadOf { provider_id: Some(own), .. }) if own == id)
    }
}

impl Conversation {
    /// Gives what was just said a template for a closed window, which goes at once if the window is closed.
    pub(crate) fn say_outside_window(&mut self, id: Uuid, template: Content) {
        let goes_out = self.outbox.iter().any(|entry| entry.message == id);
        let is_closed = |message: &Message| {
            let code = message.error.as_ref().map(|error| error.code.as_str());
            code == Some(&WindowClosed::CODE.to_string())
        };
        let is_whatsapp = self.channel == Channel::Whatsapp;
        let Some(message) = self.message_mut(id).filter(|_| is_whatsapp) else { return };
        if goes_out {
            message.outside_window = Some(OutsideWindow::Template(template));
        } else if is_closed(message) {
            message.outside_window = Some(OutsideWindow::Template(template));
            message.go_outside_window();
            self.wait_again(id);
        }
    }

    /// The provider took nothing but a template for a message that a turn holds. Whether there is one, which has now its
    /// turn; `None`: it has had.
    pub(crate) fn settle_closed(&mut self, id: Uuid) -> Option<bool> {
        let message = self.message_mut(id)?;
        if matches!(message.outside_window, Some(OutsideWindow::InsteadOf { .. })) {
            return None;
        }
        let goes = message.go_outside_window();
        if goes {
            self.wait_again(id);
        }
        Some(goes)
    }

    /// Whether an attempt is one to send what a template went instead of, which the provider took at first.
    pub(crate) fn is_of_what_was_replaced(&self, id: Uuid, attempt: &Attempt) -> bool {
        let Attempt::Accepted { provider_id } = attempt else { return false };
        self.message(id).is_some_and(|message| message.went_before_as(provider_id))
    }

    /// Takes a receipt that says that the window was closed, or is of what was replaced then. `None`: any other.
    pub(crate) fn receipt_of_closed(&mut self, id: Uuid, receipt: &Receipt) -> Option<Applied> {
        let message = self.message_mut(id)?;
        if message.went_before_as(&receipt.provider_id) {
            return Some(Applied::Ignored);
        }
        let code = receipt.error.as_ref().map(|error| error.code.as_str());
        let says_closed = receipt.status == MessageStatus::Failed
            && message.status < MessageStatus::Failed
            && code == Some(&WindowClosed::CODE.to_string());
        if !says_closed {
            return None;
        }
        // The answer that had it may be on its way still.
        message.provider_id.get_or_insert_with(|| receipt.provider_id.clone());
        if !message.go_outside_window() {
            return None;
        }
        self.wait_again(id);
        Some(Applied::Updated)
    }

    /// Puts a message into the outbox as if it had not been there, in its place.
    fn wait_again(&mut self, id: Uuid) {
        self.outbox.retain(|entry| entry.message != id);
        let Some(sequence) = self.message(id).map(|message| message.sequence) else { return };
        let is_later = |entry: &Entry| {
            self.message(entry.message).is_some_and(|message| message.sequence > sequence)
        };
        let at = self.outbox.iter().position(is_later).unwrap_or(self.outbox.len());
        self.outbox.insert(at, Entry { message: id, state: EntryState::QUEUED, tries: 0 });
    }
}
