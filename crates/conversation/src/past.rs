//! What a conversation remembers of a session that it has forgotten: how it ended, for the polling lists, whose entries
//! hold what never changes of it.

use flow::{Kind, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Session, SessionStatus};

/// How a session ended that is not in the document any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Row", from = "Row")]
pub struct PastSession {
    /// Where the list of the team's sessions names it: [`Session::listed`].
    pub listed: u64,
    /// Of what kind its workflow is: each has a list.
    pub kind: Kind,
    /// How it ended.
    pub status: SessionStatus,
    /// When the contact or the workflow last did something.
    pub last_interaction_at: Timestamp,
    /// When it would have ended by itself.
    pub expires_at: Timestamp,
    /// When it completed.
    pub completed_at: Option<Timestamp>,
}

/// Without names, since a document holds up to ninety. The kind is only said of sequences.
#[derive(Serialize, Deserialize)]
struct Row(
    u64,
    SessionStatus,
    Timestamp,
    Timestamp,
    Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Kind::is_flow")] Kind,
);

impl From<PastSession> for Row {
    fn from(past: PastSession) -> Self {
        let PastSession { listed, kind, status, last_interaction_at, expires_at, completed_at } =
            past;
        Self(listed, status, last_interaction_at, expires_at, completed_at, kind)
    }
}

impl From<Row> for PastSession {
    fn from(row: Row) -> Self {
        let Row(listed, status, last_interaction_at, expires_at, completed_at, kind) = row;
        Self { listed, kind, status, last_interaction_at, expires_at, completed_at }
    }
}

impl PastSession {
    /// What is remembered of a session; nothing of one that no list names.
    pub(crate) fn of(session: &Session) -> Option<Self> {
        Some(Self {
            listed: session.listed?,
            kind: session.kind,
            status: session.status,
            last_interaction_at: session.last_interaction_at,
            expires_at: session.expires_at,
            completed_at: session.completed_at,
        })
    }
}
