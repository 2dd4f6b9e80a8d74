//! Which sessions may act: the newest flow; where none runs, every sequence. So nobody gets a campaign's message in the
//! middle of a dialogue.

use flow::{Kind, Timestamp};
use uuid::Uuid;

use crate::{Conversation, Session};

/// Those of a conversation's sessions that may act while it is not paused, oldest first.
pub fn acting(sessions: &[Session]) -> impl Iterator<Item = &Session> {
    let flow = sessions.iter().rev().find(|session| session.is_running_flow());
    let may_act = move |session: &&Session| match flow {
        Some(flow) => session.id == flow.id,
        None => session.is_running(),
    };
    sessions.iter().filter(may_act)
}

impl Conversation {
    /// The sessions that may act: none while the conversation is paused. The others stand still.
    pub fn acting(&self) -> impl Iterator<Item = &Session> {
        acting(if self.paused { &[] } else { &self.sessions })
    }

    /// The session that a message of the contact goes to: the newest flow that waits for one, else the newest sequence
    /// that does.
    #[must_use]
    pub fn waiting(&self) -> Option<&Session> {
        let waits = |kind: Kind| {
            let newest_first = self.sessions.iter().rev();
            newest_first
                .filter(|s| s.is_running())
                .find(|s| s.kind == kind && s.state.awaits_reply())
        };
        waits(Kind::Flow).or_else(|| waits(Kind::Sequence))
    }

    /// Whether sessions of a kind have to stand still now, the newest flow apart.
    pub(crate) fn holds(&self, kind: Kind) -> bool {
        let flow_runs = || self.sessions.iter().any(Session::is_running_flow);
        self.paused || kind == Kind::Sequence && flow_runs()
    }

    /// Whether what was called for a session has to wait for it.
    pub(crate) fn holds_session(&self, id: Uuid) -> bool {
        let session = self.sessions.iter().find(|session| session.id == id);
        self.holds(session.map_or(Kind::Flow, |session| session.kind))
    }

    /// The session of which something is due, the one that was due first.
    pub(crate) fn first_due(&self, now: Timestamp) -> Option<&Session> {
        self.acting().filter(|session| session.due() <= now).min_by_key(|session| session.due())
    }
}
