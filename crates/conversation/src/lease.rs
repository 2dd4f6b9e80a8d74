//! Leases: of what is committed to be done outside (messages, calls, notices) one turn at a time does each, and others
//! take over from a turn that does not come back.

use std::time::Duration;

use flow::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Conversation;

/// A turn that took something has this long to settle it, in milliseconds.
pub(crate) const LEASE: u64 = 90_000;
/// A lease that is no older than this, in milliseconds, is not renewed. With the 60 s in which a holder sends, it is
/// over well before the lease.
const NEARLY_NEW: u64 = 10_000;
/// How long after the end of a lease others wait before they take over: hosts' clocks may be 60 s apart.
pub(crate) const TAKEOVER: u64 = 60_000;
/// The part of a wait that is added to it at most, so that what failed together does not come again together.
const JITTER: u64 = 4;

/// Where an entry stands. Entries that were sent, or failed, leave the outbox; their message keeps the status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum EntryState {
    /// To be sent, not before a time where one is given.
    Queued {
        /// The end of a wait after a failed try.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        not_before: Option<Timestamp>,
    },
    /// A turn sends it.
    Sending {
        /// The turn that holds it.
        turn: Uuid,
        /// Until when it holds it.
        until: Timestamp,
    },
    /// The provider did not answer: it may have been sent. A receipt settles it, else it is sent again.
    Unknown {
        /// When it is sent again.
        until: Timestamp,
    },
}

impl EntryState {
    /// To be done at once.
    pub(crate) const QUEUED: Self = Self::Queued { not_before: None };

    pub(crate) fn is_held_by(&self, turn: Uuid) -> bool {
        matches!(self, Self::Sending { turn: holder, .. } if *holder == turn)
    }

    /// Whether a turn holds it whose lease has run out.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        matches!(self, Self::Sending { until, .. } if until.0.saturating_add(TAKEOVER) <= now.0)
    }

    /// Whether it is to be done, and its wait is over.
    pub(crate) fn is_ready(&self, now: Timestamp) -> bool {
        matches!(self, Self::Queued { not_before } if not_before.is_none_or(|at| at <= now))
    }

    /// Held by `turn` from now on.
    pub(crate) fn taken(turn: Uuid, now: Timestamp) -> Self {
        Self::Sending { turn, until: Timestamp(now.0 + LEASE) }
    }

    /// Makes a lease of `turn` new: it has just shown that it is alive. Not one that is nearly new: a turn that is
    /// applied again must find nothing to change.
    fn renew(&mut self, turn: Uuid, now: Timestamp) {
        if let Self::Sending { turn: holder, until } = self
            && *holder == turn
            && until.0 + NEARLY_NEW < now.0 + LEASE
        {
            *until = Timestamp(now.0 + LEASE);
        }
    }

    /// When it next wants to be looked at.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        match self {
            Self::Sending { until, .. } => Some(Timestamp(until.0 + TAKEOVER)),
            Self::Unknown { until } => Some(*until),
            Self::Queued { not_before } => *not_before,
        }
    }
}

impl Conversation {
    /// Renews the leases of all that `turn` still holds, which goes on from here.
    pub(crate) fn renew(&mut self, turn: Uuid, now: Timestamp) {
        let messages = self.outbox.iter_mut().map(|entry| &mut entry.state);
        let calls = self.calls.iter_mut().map(|call| &mut call.state);
        let notices = self.notices.iter_mut().map(|notice| &mut notice.state);
        messages.chain(calls).chain(notices).for_each(|state| state.renew(turn, now));
    }
}

pub(crate) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// What is added to a wait, in milliseconds: up to a part of it. The end of an id is random.
pub(crate) fn jitter(id: Uuid, tries: u32, wait: Duration) -> u64 {
    let random = id.as_bytes()[15 - (tries % 8) as usize];
    millis(wait) / JITTER * u64::from(random) / u64::from(u8::MAX)
}
