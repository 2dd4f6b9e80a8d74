//! Messages that wait their turn: while a session waits for a call, what the contact writes is kept here, in order.

use flow::{Awaits, Reply};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Conversation, Pinned};

/// A message of the contact that waits its turn. It is in the log already.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// The message in the log.
    pub message: Uuid,
    /// What the contact said.
    pub reply: Reply,
    /// What is started if no session waits for it then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Pinned>,
    /// The phone call in which it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Uuid>,
}

impl Conversation {
    /// Whether what the contact writes has to wait: the session that would answer waits for a call.
    #[must_use]
    pub fn is_calling(&self) -> bool {
        self.acting().any(|session| session.state.awaits == Awaits::Effect)
    }

    /// Whether messages wait whose turn it is.
    #[must_use]
    pub fn has_turn_waiting(&self) -> bool {
        !self.queue.is_empty() && !self.is_calling()
    }
}
