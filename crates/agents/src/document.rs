//! What is stored of an agent.

use conversation::KeyUses;
use flow::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{AgentView, Profile};

/// The document `agent:<id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agent {
    /// UUIDv7, or derived from the `Idempotency-Key`.
    pub id: Uuid,
    /// Whose it is.
    pub team: String,
    /// The workflow that answers for it; the team's own.
    pub workflow_id: Uuid,
    /// Whether it answers.
    #[serde(default)]
    pub status: LiveStatus,
    /// Why it has this status, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<String>,
    /// Eight characters by which people start a test on a shared number; made when it is first asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_code: Option<String>,
    /// What the team writes.
    pub profile: Profile,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Set when it was deleted: the document stays, since a document is only ever swapped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The newest changes, by their `Idempotency-Key` or an id drawn for them.
    #[serde(default, skip_serializing_if = "KeyUses::is_empty")]
    pub keys: KeyUses,
}

/// Whether an agent answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum LiveStatus {
    /// It is being built. It answers.
    #[default]
    Development,
    /// It is in use. It answers.
    Live,
    /// It rests: what contacts write is kept, and a person has to look at it.
    Paused,
}

impl LiveStatus {
    /// The names used in JSON.
    pub const NAMES: [&str; 3] = ["development", "live", "paused"];

    /// The status of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "development" => Some(Self::Development),
            "live" => Some(Self::Live),
            "paused" => Some(Self::Paused),
            _ => None,
        }
    }
}

impl Agent {
    /// An agent that was never changed.
    #[must_use]
    pub fn new(id: Uuid, team: &str, profile: Profile, workflow_id: Uuid, now: Timestamp) -> Self {
        Self {
            id,
            team: team.to_owned(),
            workflow_id,
            status: LiveStatus::default(),
            status_reason: None,
            test_code: None,
            profile,
            created_at: now,
            updated_at: now,
            deleted: false,
            keys: KeyUses::default(),
        }
    }

    /// Whether a workflow answers for it.
    #[must_use]
    pub fn uses(&self, workflow: Uuid) -> bool {
        !self.deleted && self.workflow_id == workflow
    }

    /// It was changed: later than ever before, which lists rely on, whatever the clock says.
    pub fn touch(&mut self, now: Timestamp) {
        self.updated_at = Timestamp(now.0.max(self.updated_at.0 + 1));
    }

    /// The agent as the console shows it.
    #[must_use]
    pub fn shown(&self) -> Value {
        json!(AgentView::of(self))
    }
}
