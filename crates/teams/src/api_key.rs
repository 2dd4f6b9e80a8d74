//! API keys: shown once, stored as SHA-256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flow::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The scopes a key can have: those of the console contract, and one each for the other two surfaces.
pub const SCOPES: &[&str] = &[
    "agents:read",
    "agents:write",
    "conversations:read",
    "conversations:write",
    "workflows:read",
    "workflows:write",
    "actions",
    "trigger",
];

/// What is stored of an API key: the document `key:<sha256>`, and its entry in the list of its team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// The SHA-256 of the key, in hexadecimal.
    pub id: String,
    /// Whose it is.
    pub team: String,
    /// For people.
    pub name: String,
    /// What it may do; absent: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// Requests that it may make in a minute; absent: as many as it likes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<u32>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// The document `keys:<team>`: for listing. A key works by its own document only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyList {
    /// Oldest first.
    pub keys: Vec<ApiKey>,
}

impl ApiKey {
    /// Whether it may do what needs `scope`.
    #[must_use]
    pub fn allows(&self, scope: &str) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| scopes.iter().any(|has| has == scope))
    }

    /// Whether its time is over.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

/// A key to be shown once: `sk_` and 32 random bytes.
#[must_use]
pub fn new_token(random: [u8; 32]) -> String {
    format!("sk_{}", URL_SAFE_NO_PAD.encode(random))
}

/// The id of a key: its SHA-256. Of 32 random bytes it can be shown.
#[must_use]
pub fn key_id(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
