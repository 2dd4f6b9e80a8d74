//! The entries of the rings: what never changes, so that each is written once.

use std::borrow::Cow;

use conversation::{Body, Conversation, Message, Session};
use flow::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A session that started. It counts where [`Session::listed`] is its number, or that of one that its conversation has
/// forgotten: a writer that died, or lost a race, leaves others behind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SessionEntry<'a> {
    pub(crate) id: Uuid,
    pub(crate) conversation: Uuid,
    pub(crate) contact: Uuid,
    pub(crate) flow: Uuid,
    pub(crate) name: Cow<'a, str>,
    pub(crate) source: Cow<'a, str>,
    pub(crate) created_at: Timestamp,
}

impl<'a> SessionEntry<'a> {
    pub(crate) fn of(conversation: &Conversation, session: &'a Session) -> Self {
        Self {
            id: session.id,
            conversation: conversation.id,
            contact: conversation.contact_id,
            flow: session.workflow,
            name: Cow::Borrowed(&session.workflow_name),
            source: Cow::Borrowed(&session.source),
            created_at: session.created_at,
        }
    }
}

/// A message that came. It counts where the conversation's log has it: its id is drawn for one commit only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct MessageEntry<'a> {
    pub(crate) id: Uuid,
    pub(crate) conversation: Uuid,
    pub(crate) kind: Cow<'a, str>,
}

/// A message that could not be sent. It counts where the conversation's log has it, failed, and not sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FailureEntry {
    pub(crate) message: Uuid,
    pub(crate) conversation: Uuid,
}

impl<'a> MessageEntry<'a> {
    /// The entry of a message of the contact; none of any other.
    pub(crate) fn of(conversation: &Conversation, message: &'a Message) -> Option<Self> {
        let Body::Inbound { kind, .. } = &message.body else { return None };
        let kind = Cow::Borrowed(kind.as_str());
        Some(Self { id: message.id, conversation: conversation.id, kind })
    }
}
