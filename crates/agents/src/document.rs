//! What is stored of an agent.

use std::collections::VecDeque;

use conversation::KeyUse;
use flow::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    pub keys: VecDeque<KeyUse>,
}

/// Whether an agent answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LiveStatus {
    /// It is being built. It answers.
    #[default]
    Development,
    /// It is in use. It answers.
    Live,
    /// It rests: what contacts write is kept, and a person has to look at it.
    Paused,
}

/// How an agent is to sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Persona {
    /// Factual and polite.
    Professional,
    /// Warm.
    #[default]
    Friendly,
    /// In as few words as possible.
    Concise,
}

/// What a team writes of an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Up to 255 characters.
    pub name: String,
    /// Up to 2,000 characters.
    pub description: String,
    /// A language code, up to 10 characters.
    pub language: String,
    /// How it is to sound.
    #[serde(default)]
    pub persona: Persona,
    /// An IANA name, up to 64 characters.
    pub timezone: String,
    /// A link to a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// Up to 255 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_name: Option<String>,
    /// Up to 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_address: Option<String>,
    /// An email address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_email: Option<String>,
    /// Up to 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_description: Option<String>,
    /// Whom to write to when a person is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation_email: Option<String>,
}
