//! The log: what was said, newest in the document, older in immutable pages.

use flow::limits::MAX_VALUE_DEPTH;
use flow::{Button, Content, Row, Timestamp, Variables, is_deeper};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::lazy::Lazy;
use crate::{Conversation, EventId, OutsideWindow, limits};

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
    /// The request of the team that wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<EventId>,
    /// The provider's id of the message that it answers, where the team said which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<MessageError>,
    /// The message that says it again, where it failed and the operator had it sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resent_as: Option<Uuid>,
    /// Its template for a closed window, or what that went instead of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside_window: Option<OutsideWindow>,
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

impl MessageError {
    /// The code of what was not sent since the contact wants no messages.
    pub const OPTED_OUT: &str = "opted_out";
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

    /// The number of the last message that is in a page. A document of before this was noted has pages up to its oldest.
    #[must_use]
    pub fn in_pages(&self) -> u64 {
        match self.log.front() {
            Some(oldest) if self.spilled == 0 && self.log_pages > 0 => {
                oldest.sequence.saturating_sub(1)
            }
            _ => self.spilled,
        }
    }

    pub(crate) fn message_mut(&mut self, id: Uuid) -> Option<&mut Message> {
        self.log.get_mut(id)
    }

    /// Moves the oldest messages to a page when there are too many, or they are too large. What the outbox refers to stays
    /// as well, as what it has become by then goes to a later page: so pages hold all numbers in order.
    ///
    /// Done before a turn changes anything: so a page follows from one committed version of the document, and
    /// turns that race to write it all write the same.
    pub(crate) fn spill_log(&mut self) -> Option<Page> {
        let are_few = self.log.len() < limits::LOG_KEPT + limits::LOG_PAGE;
        if are_few && self.log.bytes_at_most() <= limits::LOG_BYTES {
            return None;
        }
        let waits = |message: &Lazy<Message>| self.outbox.iter().any(|e| e.message == message.id);
        let (strays, fresh): (Vec<&Lazy<Message>>, Vec<&Lazy<Message>>) =
            self.log.kept().partition(|message| message.sequence <= self.spilled);
        let settled = || fresh.iter().filter(|message| !waits(message));
        let mut count = settled().count();
        let mut bytes: usize = settled().map(|message| message.bytes()).sum();
        if count < limits::LOG_KEPT + limits::LOG_PAGE && bytes <= limits::LOG_BYTES {
            return None;
        }
        let mut page: Vec<&Lazy<Message>> = strays.into_iter().filter(|m| !waits(m)).collect();
        let gone = page.len();
        for message in fresh {
            if count <= limits::LOG_KEPT && bytes <= limits::LOG_BYTES / 2 {
                break;
            }
            if !waits(message) {
                count -= 1;
                bytes -= message.bytes();
            }
            page.push(message);
        }
        // Messages were read from JSON or built from text: they serialize.
        let value = serde_json::to_vec(&page).ok()?;
        let moved: Vec<Uuid> = page.iter().filter(|m| !waits(m)).map(|m| m.id).collect();
        let strays: Vec<u64> = page[..gone].iter().map(|message| message.sequence).collect();
        self.spilled = page.last().map_or(self.spilled, |message| message.sequence);
        self.log_pages += 1;
        self.strays.extend(strays.into_iter().map(|sequence| (sequence, self.log_pages)));
        let extra = self.strays.len().saturating_sub(limits::STRAYS);
        self.strays.drain(..extra);
        self.log.retain(|message| !moved.contains(&message.id));
        Some(Page { name: format!("log/{}", self.log_pages), value })
    }
}

/// Where the words are in what a contact sent, whatever its type.
const WORDS: [&str; 5] = ["/body", "/text", "/caption", "/button_reply/title", "/list_reply/title"];

impl Message {
    /// What was said, where it was said in words. Of an approved template the words are the provider's.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        let words = match &self.body {
            Body::Inbound { content, .. } => {
                WORDS.iter().find_map(|place| content.pointer(place)?.as_str())?
            }
            Body::Outbound { content } => match content {
                Content::Text { text }
                | Content::Buttons { text, .. }
                | Content::List { text, .. } => text,
                Content::Media { caption, .. } => caption.as_deref()?,
                Content::Template { .. } => return None,
            },
        };
        (!words.trim().is_empty()).then_some(words)
    }

    /// The size of its texts in JSON, near enough to decide by.
    pub(crate) fn bytes(&self) -> usize {
        match &self.body {
            Body::Inbound { content, .. } => value_bytes(content),
            Body::Outbound { content } => {
                let beside = self.outside_window.as_ref().map(OutsideWindow::content);
                content_bytes(content) + beside.map_or(0, content_bytes)
            }
        }
    }
}

/// What a contact wrote, as the log keeps it: its texts cut where it would be larger than
/// [`limits::INBOUND_BYTES`]. Nothing of it is kept where it is nested too deep.
pub(crate) fn bounded(content: &Value) -> Value {
    if is_deeper(content, MAX_VALUE_DEPTH) {
        // The whole document could never be read again.
        return json!({ "truncated": true });
    }
    let mut bounded = content.clone();
    for chars in [4_096, 1_024, 256] {
        if value_bytes(&bounded) <= limits::INBOUND_BYTES {
            return bounded;
        }
        cut_texts(&mut bounded, chars);
    }
    if value_bytes(&bounded) > limits::INBOUND_BYTES {
        bounded = json!({ "truncated": true });
    }
    bounded
}

fn cut_texts(value: &mut Value, chars: usize) {
    match value {
        Value::String(text) => {
            if let Some((end, _)) = text.char_indices().nth(chars) {
                text.truncate(end);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| cut_texts(item, chars)),
        Value::Object(fields) => fields.values_mut().for_each(|field| cut_texts(field, chars)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The size of what is sent: its texts.
pub(crate) fn content_bytes(content: &Content) -> usize {
    let line = |line: &Option<String>| line.as_deref().map_or(0, text_bytes);
    let button = |Button { id, title }: &Button| text_bytes(id) + text_bytes(title);
    match content {
        Content::Text { text } => text_bytes(text),
        Content::Buttons { text, header, footer, buttons } => {
            let buttons: usize = buttons.iter().map(button).sum();
            text_bytes(text) + line(header) + line(footer) + buttons
        }
        Content::List { text, header, footer, button, sections } => {
            let row = |Row { id, title, description }: &Row| {
                text_bytes(id) + text_bytes(title) + line(description)
            };
            let rows: usize = sections.iter().flat_map(|section| &section.rows).map(row).sum();
            text_bytes(text) + line(header) + line(footer) + text_bytes(button) + rows
        }
        Content::Media { kind: _, url, caption, filename } => {
            text_bytes(url) + line(caption) + line(filename)
        }
        Content::Template { name, language, variables, buttons } => {
            let places: usize = match variables {
                Variables::Positional(values) => values.iter().map(|text| text_bytes(text)).sum(),
                Variables::Named(values) => values.values().map(|text| text_bytes(text)).sum(),
            };
            let buttons: usize = buttons.iter().map(button).sum();
            text_bytes(name) + text_bytes(language) + places + buttons
        }
    }
}

fn value_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text_bytes(text),
        Value::Array(items) => items.iter().map(|item| value_bytes(item) + 1).sum(),
        Value::Object(fields) => {
            fields.iter().map(|(name, field)| text_bytes(name) + value_bytes(field)).sum()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
    }
}

/// A text as JSON, with its quotes: control characters take six bytes.
fn text_bytes(text: &str) -> usize {
    let escaped = |byte: u8| match byte {
        0..0x20 => 6,
        b'"' | b'\\' => 2,
        _ => 1,
    };
    text.bytes().map(escaped).sum::<usize>() + 2
}
