//! The log: what was said, newest in the document, older in immutable pages.

use flow::{Content, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{Conversation, limits};

/// A message of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// UUIDv7; what the provider is told to give back in its receipts.
    pub id: Uuid,
    /// Its place in the conversation, from 1.
    pub sequence: u64,
    /// When it was written to the log.
    pub at: Timestamp,
    /// What was said, and by whom.
    #[serde(flatten)]
    pub body: Body,
    /// What became of it. Only moves forward.
    pub status: MessageStatus,
    /// The provider's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<MessageError>,
    /// The session that said it, or that it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Uuid>,
}

/// What was said, and by whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "direction", rename_all = "lowercase")]
pub enum Body {
    /// By the contact.
    Inbound {
        /// The channel's type of the message: `text`, `interactive`, `image`, ….
        #[serde(rename = "message_type")]
        kind: String,
        /// As the polling lists show it, such as `{"body": "hello"}`.
        content: Value,
    },
    /// By a workflow.
    Outbound {
        /// What is sent.
        content: Content,
    },
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageStatus {
    /// It came in.
    Received,
    /// It waits in the outbox.
    Queued,
    /// The provider accepted it.
    Sent,
    /// It could not be sent, or not be delivered.
    Failed,
    /// It reached the contact's device.
    Delivered,
    /// The contact saw it.
    Read,
}

impl MessageStatus {
    /// The later of two: receipts come in any order, and a status never goes back. What was delivered cannot
    /// fail any more.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        self.max(other)
    }
}

/// Why a message failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageError {
    /// The provider's code, such as `131047`, or ours, such as `opted_out`.
    pub code: String,
    /// What it means.
    pub message: String,
}

/// A page that must be written before the document that refers to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// What follows the conversation's key: `log/3`, `seen/1`.
    pub name: String,
    /// JSON.
    pub value: Vec<u8>,
}

impl Conversation {
    /// The message of that id, if the document still holds it.
    #[must_use]
    pub fn message(&self, id: Uuid) -> Option<&Message> {
        self.log.iter().rev().find(|message| message.id == id)
    }

    pub(crate) fn message_mut(&mut self, id: Uuid) -> Option<&mut Message> {
        self.log.iter_mut().rev().find(|message| message.id == id)
    }

    /// Moves the oldest messages to pages when there are too many, or they are too large. What the outbox still
    /// refers to stays.
    pub(crate) fn spill_log(&mut self) -> Vec<Page> {
        let mut pages = Vec::new();
        while self.log_is_full() {
            let oldest: Vec<Message> = self.log.drain(..limits::LOG_PAGE).collect();
            let Ok(value) = serde_json::to_vec(&oldest) else {
                // Messages were read from JSON or built from text: they serialize. Kept all the same.
                for message in oldest.into_iter().rev() {
                    self.log.push_front(message);
                }
                break;
            };
            self.log_pages += 1;
            pages.push(Page { name: format!("log/{}", self.log_pages), value });
        }
        pages
    }

    fn log_is_full(&self) -> bool {
        let count = self.log.len();
        if count < 2 * limits::LOG_PAGE {
            return false;
        }
        let too_many = count >= limits::LOG_KEPT + limits::LOG_PAGE;
        (too_many || self.log_bytes() > limits::LOG_BYTES) && !self.oldest_are_in_the_outbox()
    }

    fn oldest_are_in_the_outbox(&self) -> bool {
        self.log
            .iter()
            .take(limits::LOG_PAGE)
            .any(|message| self.outbox.iter().any(|entry| entry.message == message.id))
    }

    /// The size of the texts, near enough to decide by.
    fn log_bytes(&self) -> usize {
        self.log
            .iter()
            .map(|message| match &message.body {
                Body::Inbound { content, .. } => content_bytes(content),
                Body::Outbound { content } => content_text(content).len(),
            })
            .sum()
    }
}

/// The text that a person reads first, for its size and for previews.
fn content_text(content: &Content) -> &str {
    match content {
        Content::Text { text } | Content::Buttons { text, .. } | Content::List { text, .. } => text,
        Content::Template { name, .. } => name,
    }
}

fn content_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(content_bytes).sum(),
        Value::Object(fields) => fields.values().map(content_bytes).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
    }
}
