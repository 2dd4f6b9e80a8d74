//! Between whom a conversation is.

use conversation::{Channel, Contact, Conversation, identity};
use flow::Timestamp;
use uuid::Uuid;

/// Who talks, and where: what a conversation is found or created by.
#[derive(Debug, Clone)]
pub struct Party {
    /// Whose conversation it is.
    pub team: String,
    /// Where.
    pub channel: Channel,
    /// The team's account on the channel.
    pub account: String,
    /// The contact's address on the channel.
    pub address: String,
    /// What the contact is called there, if that is known.
    pub username: Option<String>,
    /// With whom.
    pub contact: Contact,
}

impl Party {
    /// The conversation's id.
    #[must_use]
    pub fn conversation(&self) -> Uuid {
        identity::conversation(&self.team, self.channel, &self.account, &self.address)
    }

    /// The conversation as it begins.
    pub(crate) fn begin(&self, now: Timestamp) -> Conversation {
        let Self { team, channel, account, address, username, contact } = self;
        let mut conversation = Conversation::new(team, *channel, account, address, contact.id, now);
        conversation.username.clone_from(username);
        conversation
    }

    /// Tells a conversation that was begun without it what the contact is called. Whether that is news there.
    pub(crate) fn name(&self, conversation: &mut Conversation) -> bool {
        let is_news = conversation.username.is_none() && self.username.is_some();
        if is_news {
            conversation.username.clone_from(&self.username);
        }
        is_news
    }
}
