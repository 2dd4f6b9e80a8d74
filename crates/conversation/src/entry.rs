//! A conversation in the list of its agent's: what never changes of it, so that an entry is written once; and once more
//! where only later somebody says what the contact is called.

use std::borrow::Cow;

use flow::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Channel, Conversation};

/// An entry of the list `conversations:<agent>`. It counts where [`Conversation::listed`] is its number: a writer that
/// died, or lost a race, leaves others behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationEntry<'a> {
    /// Which.
    pub id: Uuid,
    /// Where it takes place.
    pub channel: Channel,
    /// Whether its messages stay in its log.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
    /// The contact's address on the channel.
    pub address: Cow<'a, str>,
    /// What the contact is called there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Cow<'a, str>>,
    /// When it began.
    pub created_at: Timestamp,
}

impl<'a> ConversationEntry<'a> {
    /// The entry of a conversation.
    #[must_use]
    pub fn of(conversation: &'a Conversation) -> Self {
        Self {
            id: conversation.id,
            channel: conversation.channel,
            test: conversation.test,
            address: Cow::Borrowed(&conversation.address),
            username: conversation.username.as_deref().map(Cow::Borrowed),
            created_at: conversation.created_at,
        }
    }
}
