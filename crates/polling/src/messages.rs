//! `new-message-received`: what contacts wrote, newest first.

use std::cmp::Reverse;
use std::collections::HashMap;

use console::LogReader;
use conversation::{Body, Contact, Conversation, Message};
use serde::Serialize;
use serde_json::{Value, json};
use store::{Kv, Store, StoreError, keys};
use uuid::Uuid;

use crate::SHOWN;
use crate::entry::MessageEntry;
use crate::read::{TOGETHER, contacts, conversations};
use crate::ring::Ring;

/// The types that a list can be filtered by (contract/actions-qyvo.md, section 6).
pub const MESSAGE_TYPES: [&str; 9] = [
    "text",
    "image",
    "audio",
    "document",
    "video",
    "location",
    "contacts",
    "interactive",
    "sticker",
];

/// The types whose content is a file.
const MEDIA: [&str; 5] = ["image", "audio", "document", "video", "sticker"];

/// A message as the list shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ReceivedMessage"))]
pub struct MessageView {
    /// The message.
    pub id: Uuid,
    /// `inbound`.
    pub direction: &'static str,
    /// One of [`MESSAGE_TYPES`], or another name that the channel gives, such as `order`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `{body}` of a text; `{url, mime_type, id, …}` of a file, whose `url` is null where the channel gave its id only;
    /// otherwise what the channel gave.
    pub content: Value,
    /// `received`.
    pub status: &'static str,
    /// Who wrote.
    pub contact_id: Uuid,
    /// E.164; null where no phone is known.
    pub contact_phone: Option<String>,
    /// As the team or the channel's profile gives it.
    pub contact_name: Option<String>,
    /// An email address.
    pub contact_email: Option<String>,
    /// Null: it was not sent by us.
    pub sent_at: Option<String>,
    /// Null.
    pub delivered_at: Option<String>,
    /// Null.
    pub read_at: Option<String>,
    /// When it came.
    pub created_at: String,
}

/// A message that counts, and whose it is.
struct Found {
    message: Message,
    contact: Uuid,
    phone: Option<String>,
}

/// The newest [`SHOWN`] messages of a team's contacts, of one of [`MESSAGE_TYPES`] if one is given, among the
/// [`SLOTS`](crate::SLOTS) entries written last. Reads as [`sessions`](crate::sessions()) does.
///
/// # Errors
/// When the store fails.
pub async fn messages<K: Kv>(
    store: &Store<K>,
    team: &str,
    of: Option<&str>,
) -> Result<Vec<MessageView>, StoreError> {
    let ring = Ring::new(store, keys::recent_messages(team));
    let numbers = ring.numbers().await?;
    let mut numbers = numbers.as_slice();
    let mut found: Vec<Found> = Vec::new();
    while !numbers.is_empty() && found.len() < SHOWN {
        let wanted = if of.is_some() { TOGETHER } else { TOGETHER.min(SHOWN - found.len()) };
        let (some, rest) = numbers.split_at(wanted.min(numbers.len()));
        numbers = rest;
        let mut entries: Vec<(u64, MessageEntry<'static>)> = ring.read(some).await?;
        entries.retain(|(_, entry)| of.is_none_or(|of| of == shown_type(&entry.kind)));
        found.extend(read(store, team, &entries).await?);
    }
    found.truncate(SHOWN);
    // Entries are numbered as they were announced, which is about when their messages came.
    found.sort_by_key(|found| Reverse((found.message.at, found.message.sequence)));
    let contacts = contacts(store, team, found.iter().map(|found| found.contact)).await?;
    let view = |found: Found| {
        let contact = contacts.get(&found.contact);
        found.view(contact)
    };
    Ok(found.into_iter().map(view).collect())
}

/// The messages of these entries: those that their conversations have.
async fn read<K: Kv>(
    store: &Store<K>,
    team: &str,
    entries: &[(u64, MessageEntry<'static>)],
) -> Result<Vec<Found>, StoreError> {
    let ids = entries.iter().map(|(_, entry)| entry.conversation);
    let conversations: HashMap<_, Conversation> = conversations(store, team, ids).await?;
    // One reader for each: it reads a page of the log once, however many of its messages are listed.
    let logs: HashMap<_, _> = conversations
        .iter()
        .map(|(id, conversation)| (*id, (conversation, LogReader::new(store, conversation))))
        .collect();
    let mut found = Vec::with_capacity(entries.len());
    for (_, entry) in entries {
        let Some((conversation, log)) = logs.get(&entry.conversation) else { continue };
        let message = log.find(entry.id).await?;
        found.extend(message.map(|message| Found::of(message, conversation)));
    }
    Ok(found)
}

/// A message of a conversation, as the list shows it.
#[must_use]
pub fn message_view(
    message: Message,
    conversation: &Conversation,
    contact: Option<&Contact>,
) -> MessageView {
    Found::of(message, conversation).view(contact)
}

impl Found {
    fn of(message: Message, conversation: &Conversation) -> Self {
        let phone = conversation.address.starts_with('+').then(|| conversation.address.clone());
        Self { message, contact: conversation.contact_id, phone }
    }

    fn view(self, known: Option<&Contact>) -> MessageView {
        let Self { message, contact, phone } = self;
        let (kind, content) = match message.body {
            Body::Inbound { kind, content } => {
                let content = shown_content(&kind, content);
                (shown_type(&kind).to_owned(), content)
            }
            // No entry names one.
            Body::Outbound { .. } => ("text".to_owned(), Value::Null),
        };
        MessageView {
            id: message.id,
            direction: "inbound",
            kind,
            content,
            status: "received",
            contact_id: contact,
            contact_phone: known.and_then(|contact| contact.phone.clone()).or(phone),
            contact_name: known.and_then(|contact| contact.name.clone()),
            contact_email: known.and_then(|contact| contact.email.clone()),
            sent_at: None,
            delivered_at: None,
            read_at: None,
            created_at: message.at.to_rfc3339(),
        }
    }
}

/// The contract's name of a channel's type.
fn shown_type(kind: &str) -> &str {
    match kind {
        "voice" => "audio",
        // A tap on a button of a template.
        "button" => "interactive",
        other => other,
    }
}

fn shown_content(kind: &str, content: Value) -> Value {
    if kind == "button" {
        let of = |name| content.get(name).cloned().unwrap_or_default();
        let reply = json!({"id": of("payload"), "title": of("text")});
        return json!({"type": "button_reply", "button_reply": reply});
    }
    if !MEDIA.contains(&shown_type(kind)) {
        return content;
    }
    let of = |name| content.get(name).cloned().unwrap_or_default();
    let mut media = json!({"url": of("url"), "mime_type": of("mime_type")});
    if let (Value::Object(media), Value::Object(given)) = (&mut media, content) {
        given.into_iter().for_each(|(name, value)| {
            media.entry(name).or_insert(value);
        });
    }
    media
}
