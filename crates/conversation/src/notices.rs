//! Notices: what webhooks of the team are to be told of a conversation. They are committed with what they tell of, and
//! delivered under a lease, like calls; in no order, and again if it never was recorded that they were delivered.

use channels::whatsapp::Backoff;
use flow::{Kind, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::lease::{jitter, millis};
use crate::{Conversation, EntryState, limits};

/// What a webhook can be told of. The names are those of the contracts (actions-qyvo.md, section 8; trigger-pingmee.md,
/// section 6) and ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum NoticeEvent {
    /// The contact wrote.
    #[serde(rename = "message.received")]
    MessageReceived,
    /// The provider accepted a message.
    #[serde(rename = "message.status.sent")]
    MessageSent,
    /// A message reached the contact's device.
    #[serde(rename = "message.status.delivered")]
    MessageDelivered,
    /// The contact saw a message.
    #[serde(rename = "message.status.read")]
    MessageRead,
    /// A message was not delivered.
    #[serde(rename = "message.status.failed")]
    MessageFailed,
    /// A session started.
    #[serde(rename = "flow.started")]
    FlowStarted,
    /// A session came to an end.
    #[serde(rename = "flow.completed")]
    FlowCompleted,
    /// Nobody answered within a session's time to live.
    #[serde(rename = "flow.expired")]
    FlowExpired,
    /// A session could not go on.
    #[serde(rename = "flow.failed")]
    FlowFailed,
    /// A message was written, by either.
    #[serde(rename = "Messages Created")]
    MessagesCreated,
    /// The conversation began.
    #[serde(rename = "New Conversation Started")]
    ConversationStarted,
}

impl NoticeEvent {
    /// Those of the actions API.
    pub const ACTIONS: [Self; 9] = [
        Self::MessageReceived,
        Self::MessageSent,
        Self::MessageDelivered,
        Self::MessageRead,
        Self::MessageFailed,
        Self::FlowStarted,
        Self::FlowCompleted,
        Self::FlowExpired,
        Self::FlowFailed,
    ];
    /// Those of the trigger API.
    pub const TRIGGER: [Self; 2] = [Self::MessagesCreated, Self::ConversationStarted];

    /// The name, as it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MessageReceived => "message.received",
            Self::MessageSent => "message.status.sent",
            Self::MessageDelivered => "message.status.delivered",
            Self::MessageRead => "message.status.read",
            Self::MessageFailed => "message.status.failed",
            Self::FlowStarted => "flow.started",
            Self::FlowCompleted => "flow.completed",
            Self::FlowExpired => "flow.expired",
            Self::FlowFailed => "flow.failed",
            Self::MessagesCreated => "Messages Created",
            Self::ConversationStarted => "New Conversation Started",
        }
    }
}

/// A webhook of the team, and what it wants to be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The webhook.
    pub webhook: Uuid,
    /// What it wants.
    pub events: Vec<NoticeEvent>,
}

/// What a webhook is to be told. What can be read from the conversation is not in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// UUIDv7: by it a receiver knows what it is told again.
    pub id: Uuid,
    /// Who is told.
    pub webhook: Uuid,
    /// Of what.
    pub event: NoticeEvent,
    /// The message or the session; absent where it is the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Uuid>,
    /// What the session ran: the conversation forgets sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<NoticedSession>,
    /// When it happened.
    pub at: Timestamp,
    /// How often telling it has failed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub tries: u32,
    /// Who tells it. Never unknown: what is not answered is told again.
    #[serde(flatten)]
    pub state: EntryState,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// What a notice keeps of the session that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticedSession {
    /// Of what kind the workflow is.
    #[serde(default, skip_serializing_if = "Kind::is_flow")]
    pub kind: Kind,
    /// The workflow.
    pub flow: Uuid,
    /// The workflow's name when the session started.
    pub name: String,
    /// When it started.
    pub started_at: Timestamp,
}

/// What came of telling a webhook something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noticed {
    /// It was taken.
    Delivered,
    /// The webhook is gone, or cannot be told any more.
    Unwanted,
    /// It was not taken, for now.
    Failed,
}

impl Conversation {
    /// The notices that `turn` holds, oldest first.
    pub fn held_notices(&self, turn: Uuid) -> impl Iterator<Item = &Notice> {
        self.notices.iter().filter(move |notice| notice.state.is_held_by(turn))
    }

    /// Adds a notice. Where there are too many, the oldest is given up.
    pub(crate) fn notice(&mut self, notice: Notice) {
        if self.notices.len() >= limits::NOTICES {
            self.notices.remove(0);
            self.notices_dropped += 1;
        }
        self.notices.push(notice);
    }

    /// Takes for `turn` what nobody holds, or whose holder did not come back.
    pub(crate) fn take_notices(&mut self, turn: Uuid, now: Timestamp) {
        for notice in &mut self.notices {
            if notice.state.is_over(now) || notice.state.is_ready(now) {
                notice.state = EntryState::taken(turn, now);
            }
        }
    }

    /// Records what came of telling a notice. What is not there any more was told before.
    pub(crate) fn noticed(&mut self, id: Uuid, turn: Uuid, noticed: Noticed, now: Timestamp) {
        let Some(at) = self.notices.iter().position(|notice| notice.id == id) else { return };
        let notice = &mut self.notices[at];
        match noticed {
            // Whoever holds it by now.
            Noticed::Delivered | Noticed::Unwanted => drop(self.notices.remove(at)),
            // Another took over, and will say what came of it.
            Noticed::Failed if !notice.state.is_held_by(turn) => {}
            Noticed::Failed if now >= notice.at.plus_millis(limits::NOTICE_MILLIS) => {
                self.notices.remove(at);
                self.notices_dropped += 1;
            }
            Noticed::Failed => {
                notice.tries += 1;
                notice.state = EntryState::Queued { not_before: Some(notice.next_try(now)) };
            }
        }
    }

    /// When the notices next want to be looked at.
    pub(crate) fn notices_due(&self) -> Option<Timestamp> {
        self.notices.iter().filter_map(|notice| notice.state.due()).min()
    }
}

impl Notice {
    /// After the usual wait, the longest once they are used up.
    fn next_try(&self, now: Timestamp) -> Timestamp {
        let waits = (1..=self.tries).rev().find_map(|tries| Backoff::Usual.delay(tries));
        let wait = waits.unwrap_or_default();
        now.plus_millis(millis(wait) + jitter(self.id, self.tries, wait))
    }
}
