//! A webhook's body, taken apart into updates. What one message says is read in `message`, one status in `status`.
//!
//! Every level is sliced out of the text before it is parsed, so an update that is broken, too deep or of a shape
//! unknown here costs only itself.

use flow::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::message::{self, Contact, InboundMessage};
use super::preference::{self, Preference};
use super::status::{self, StatusUpdate};

/// One thing that happened, and the account that it happened to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Update {
    /// The phone number id (`metadata.phone_number_id`). It may be another than that of the webhook's path; empty
    /// only where it is what could not be read.
    pub account: String,
    /// What happened.
    pub kind: UpdateKind,
}

/// What can happen, as far as it is read.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "most are messages, and none lives long")]
pub enum UpdateKind {
    /// A contact wrote.
    Message(InboundMessage),
    /// A message we sent came further, or failed.
    Status(StatusUpdate),
    /// A contact said whether it wants marketing messages.
    Preference(Preference),
    /// A message or status that cannot be read, and why, without its content. For the log: the same bytes
    /// delivered again would be as unreadable, so they are acknowledged like the rest.
    Unreadable(String),
}

/// A body that is no webhook of this provider at all.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// Not JSON, or not an object with `object` (text) and `entry` (list).
    #[error("not a WhatsApp webhook body: {0}")]
    Envelope(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct Envelope<'a> {
    object: String,
    #[serde(borrow, default)]
    entry: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default)]
    changes: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Change<'a> {
    field: String,
    #[serde(borrow)]
    value: &'a RawValue,
}

/// The lists stay raw: one that is `null` or no list must not hide the others.
#[derive(Deserialize)]
struct Messages<'a> {
    metadata: Metadata,
    #[serde(borrow)]
    contacts: Option<&'a RawValue>,
    #[serde(borrow)]
    messages: Option<&'a RawValue>,
    #[serde(borrow)]
    statuses: Option<&'a RawValue>,
    #[serde(borrow)]
    user_preferences: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Metadata {
    phone_number_id: String,
}

/// The updates of a webhook's body, in its order: up to 1,000, over entries × changes × messages, statuses and preferences
/// (page: webhooks/overview). Check the signature first.
///
/// Only `object: "whatsapp_business_account"` and the fields `messages` and `user_preferences` count; of these, messages
/// of groups and `system` notices are left out. Bytes that are not UTF-8 become U+FFFD.
///
/// # Errors
/// Only a body that is no envelope. A bad update is [`UpdateKind::Unreadable`].
pub fn parse(body: &[u8]) -> Result<Vec<Update>, ParseError> {
    let text = String::from_utf8_lossy(body);
    let envelope: Envelope = serde_json::from_slice(text.as_bytes())?;
    if envelope.object != "whatsapp_business_account" {
        return Ok(Vec::new());
    }
    let mut updates = Vec::new();
    for entry in envelope.entry {
        let Ok(entry) = serde_json::from_slice::<Entry>(entry.get().as_bytes()) else {
            continue;
        };
        for change in entry.changes {
            let Ok(change) = serde_json::from_slice::<Change>(change.get().as_bytes()) else {
                continue;
            };
            if matches!(change.field.as_str(), "messages" | "user_preferences") {
                read_change(change.value, &mut updates);
            }
        }
    }
    Ok(updates)
}

fn read_change(value: &RawValue, updates: &mut Vec<Update>) {
    let value = match serde_json::from_slice::<Messages>(value.get().as_bytes()) {
        Ok(value) if !value.metadata.phone_number_id.is_empty() => value,
        _ => {
            let kind = UpdateKind::Unreadable("a change without metadata.phone_number_id".into());
            return updates.push(Update { account: String::new(), kind });
        }
    };
    let account = value.metadata.phone_number_id;
    let contacts: Vec<Contact> = list(value.contacts)
        .into_iter()
        .filter_map(|contact| serde_json::from_slice(contact.get().as_bytes()).ok())
        .map(|contact: Value| Contact::read(&contact))
        .collect();
    let messages = list(value.messages);
    let only_contact = match (contacts.as_slice(), messages.len()) {
        ([contact], 1) => Some(contact),
        _ => None,
    };
    let messages = messages.into_iter().map(|raw| {
        read(raw, "message", |value| {
            let message = message::read(value, &contacts, only_contact)?;
            Ok(message.map(UpdateKind::Message))
        })
    });
    let statuses = list(value.statuses)
        .into_iter()
        .map(|raw| read(raw, "status", |value| Ok(status::read(value)?.map(UpdateKind::Status))));
    let preferences = list(value.user_preferences).into_iter().map(|raw| {
        read(raw, "preference", |value| Ok(preference::read(value)?.map(UpdateKind::Preference)))
    });
    let all = messages.chain(statuses).chain(preferences).flatten();
    updates.extend(all.map(|kind| Update { account: account.clone(), kind }));
}

fn read(
    raw: &RawValue,
    what: &str,
    read: impl FnOnce(&Value) -> Result<Option<UpdateKind>, &'static str>,
) -> Option<UpdateKind> {
    match serde_json::from_slice(raw.get().as_bytes()) {
        Ok(value) => read(&value).unwrap_or_else(|why| Some(UpdateKind::Unreadable(why.into()))),
        // serde_json names the fault and its place, never what stands there.
        Err(error) => Some(UpdateKind::Unreadable(format!("a {what} that is no JSON: {error}"))),
    }
}

fn list(raw: Option<&RawValue>) -> Vec<&RawValue> {
    raw.and_then(|raw| serde_json::from_slice(raw.get().as_bytes()).ok()).unwrap_or_default()
}

/// The text at `pointer`, unless it is absent, empty or no text. (`wa_id` is sent as `""` for a user with a
/// username, page: business-scoped-user-ids.)
pub(super) fn string(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer)?.as_str().filter(|text| !text.is_empty()).map(Into::into)
}

/// `timestamp`: seconds, written as text.
pub(super) fn timestamp(value: &Value) -> Option<Timestamp> {
    let seconds = match value.get("timestamp")? {
        Value::String(digits) => digits.parse().ok()?,
        number => number.as_u64()?,
    };
    seconds.checked_mul(1_000).map(Timestamp)
}
