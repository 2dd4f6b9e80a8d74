//! What can happen to a conversation.

use std::fmt;

use channels::whatsapp::{DeliveryStatus, StatusUpdate};
use flow::{Content, Kind, Reply, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{KeyUse, MessageError, MessageStatus};

/// What makes an event the same event when it is delivered again: 12 bytes of the SHA-256 of its source and id.
/// At 2^96 values, a chance collision within a conversation's week is out of reach.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventId(pub(crate) [u8; 12]);

impl EventId {
    /// The event that `source` (a channel, a route) knows by `id`.
    #[must_use]
    pub fn of(source: &str, id: &str) -> Self {
        Self::of_bytes(source, id.as_bytes())
    }

    /// The same of bytes, such as a request's body.
    #[must_use]
    pub fn of_bytes(source: &str, id: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(source.len().to_le_bytes());
        hash.update(source.as_bytes());
        hash.update(id);
        let digest = hash.finalize();
        let mut bytes = [0; 12];
        bytes.copy_from_slice(&digest[..12]);
        Self(bytes)
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventId({})", hex::encode(self.0))
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl Serialize for EventId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(self.0))
    }
}

impl<'de> Deserialize<'de> for EventId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; 12];
        hex::decode_to_slice(text, &mut bytes).map_err(serde::de::Error::custom)?;
        Ok(Self(bytes))
    }
}

/// A published version of a workflow, as a session is pinned to it (G5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pinned {
    /// The workflow.
    pub workflow: Uuid,
    /// Its name when the session started.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Kind::is_flow")]
    pub kind: Kind,
    /// SHA-256 of the published content, in hexadecimal: the key of the immutable document.
    pub content: String,
    /// `settings.session_ttl_minutes` of that version.
    pub ttl_minutes: u32,
}

/// A team's backend starts a workflow for a contact.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// Derived from the `Idempotency-Key`, else drawn for this request.
    pub event: EventId,
    /// The id the session gets when it starts.
    pub session: Uuid,
    /// What to run.
    pub workflow: Pinned,
    /// The node to start from; the entry when absent.
    pub start_at: Option<String>,
    /// Read by templates as `context` and `trigger`.
    pub context: Map<String, Value>,
    /// What started it: `api`, a keyword, ….
    pub source: String,
    /// The `Idempotency-Key`, when the request had one.
    pub key: Option<KeyUse>,
}

/// A team's backend has a message sent to a contact.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Derived from the `Idempotency-Key`, else drawn for this request.
    pub event: EventId,
    /// The id that the message gets.
    pub message: Uuid,
    /// What is sent.
    pub content: Content,
    /// The provider's id of the message that it answers, where it shows that.
    pub reply_to: Option<String>,
    /// The `Idempotency-Key`, when the request had one.
    pub key: Option<KeyUse>,
}

/// The contact sent a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Inbound {
    /// Derived from the provider's message id.
    pub event: EventId,
    /// The provider's message id; of what was written without a provider, an id of its request.
    pub provider_id: String,
    /// The provider's time of the message, where it gives one: old messages are looked up in older pages.
    pub sent_at: Option<Timestamp>,
    /// The channel's type of the message: `text`, `interactive`, `image`, ….
    pub kind: String,
    /// The message as the polling lists show it, such as `{"body": "hello"}`.
    pub content: Value,
    /// The message as an engine reads it.
    pub reply: Reply,
}

/// A provider tells what became of a message it accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// Our id of the message, where the provider gives it back.
    pub message: Option<Uuid>,
    /// The provider's id of the message.
    pub provider_id: String,
    /// What became of it.
    pub status: MessageStatus,
    /// When, by the provider's clock.
    pub at: Option<Timestamp>,
    /// Why it failed.
    pub error: Option<MessageError>,
}

impl Receipt {
    /// What WhatsApp tells of a message: of `message`, where it gave our id of it back.
    #[must_use]
    pub fn of_whatsapp(status: StatusUpdate, message: Option<Uuid>) -> Self {
        Self {
            message,
            provider_id: status.message_id,
            status: match status.status {
                DeliveryStatus::Sent => MessageStatus::Sent,
                DeliveryStatus::Failed => MessageStatus::Failed,
                DeliveryStatus::Delivered => MessageStatus::Delivered,
                DeliveryStatus::Read | DeliveryStatus::Played => MessageStatus::Read,
            },
            at: status.timestamp,
            error: status
                .error
                .map(|error| MessageError { code: error.code.to_string(), message: error.message }),
        }
    }
}
