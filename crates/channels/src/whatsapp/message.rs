//! One inbound message: who sent it, what kind of reply it is, and its content in the shape of the polling lists.

use flow::{Location, Reply, ReplyKind, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use super::inbound::{string, timestamp};

/// A message from a contact (pages: webhooks/reference/messages/…, one a type).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InboundMessage {
    /// The provider's id (`wamid…`): what a redelivery is known by.
    pub id: String,
    /// Who sent it.
    pub from: Sender,
    /// The contact's profile name.
    pub name: Option<String>,
    /// When it was sent, by the provider's clock.
    pub timestamp: Option<Timestamp>,
    /// What a workflow sees of it.
    pub reply: Reply,
    /// `{body}` for `text`; otherwise the provider's object of the type: `{id, mime_type, url?, …}` for media,
    /// `{latitude, longitude, …}`, `{type, button_reply: {id, title}}`; `{contacts: […]}`.
    pub content: Value,
    /// The provider's name of the type: `text`, `image`, `interactive`, `button` … (an open list).
    pub message_type: String,
    /// The message it answers: for a tap on a button, the one that carried the button.
    pub context_id: Option<String>,
}

/// What the provider knows the sender by. At least one is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sender {
    /// Phone number: digits with the country code, without `+`. Absent where a user goes by a username.
    pub wa_id: Option<String>,
    /// Business-scoped user id, such as `US.13491208655302741918` (page: business-scoped-user-ids).
    pub user_id: Option<String>,
}

/// An entry of `contacts`, which stands beside `messages` and says more of their senders.
pub(super) struct Contact {
    wa_id: Option<String>,
    user_id: Option<String>,
    name: Option<String>,
}

impl Contact {
    pub(super) fn read(contact: &Value) -> Self {
        Self {
            wa_id: string(contact, "/wa_id").and_then(phone),
            user_id: string(contact, "/user_id"),
            name: string(contact, "/profile/name"),
        }
    }

    fn is(&self, sender: &Sender) -> bool {
        let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        same(&self.wa_id, &sender.wa_id) || same(&self.user_id, &sender.user_id)
    }
}

/// `Ok(None)` for what no contact said to us alone: a message in a group, a `system` notice (a changed number).
///
/// `only_contact` is the sender's contact even if the ids differ, as they do where `wa_id` is not the number.
pub(super) fn read(
    message: &Value,
    contacts: &[Contact],
    only_contact: Option<&Contact>,
) -> Result<Option<InboundMessage>, &'static str> {
    let id = string(message, "/id").ok_or("a message without id")?;
    let message_type = string(message, "/type").ok_or("a message without type")?;
    if string(message, "/group_id").is_some() || message_type == "system" {
        return Ok(None);
    }
    let mut from = Sender {
        wa_id: string(message, "/from").and_then(phone),
        user_id: string(message, "/from_user_id"),
    };
    let contact = contacts.iter().find(|contact| contact.is(&from)).or(only_contact);
    if let Some(contact) = contact {
        from.wa_id = from.wa_id.or_else(|| contact.wa_id.clone());
        from.user_id = from.user_id.or_else(|| contact.user_id.clone());
    }
    if from.wa_id.is_none() && from.user_id.is_none() {
        return Err("a message without a sender");
    }
    Ok(Some(InboundMessage {
        id,
        from,
        name: contact.and_then(|contact| contact.name.clone()),
        timestamp: timestamp(message),
        reply: reply(message, &message_type),
        content: content(message, &message_type),
        context_id: string(message, "/context/id"),
        message_type,
    }))
}

/// Digits only; the samples of some pages have a leading `+`.
pub(super) fn phone(from: String) -> Option<String> {
    let digits = from.strip_prefix('+').unwrap_or(&from);
    let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| digits.into())
}

fn reply(message: &Value, message_type: &str) -> Reply {
    let part = message.get(message_type).unwrap_or(&Value::Null);
    let words = |pointer| string(part, pointer).unwrap_or_default();
    let media = |kind| Reply {
        kind,
        text: words("/caption"),
        url: string(part, "/url"),
        media_id: string(part, "/id"),
        ..Reply::default()
    };
    match message_type {
        "text" => Reply::text(words("/body")),
        "button" => Reply {
            kind: ReplyKind::Button,
            text: words("/text"),
            payload: string(part, "/payload"),
            ..Reply::default()
        },
        "interactive" => interactive(part),
        "image" | "sticker" => media(ReplyKind::Image),
        "audio" | "voice" => media(ReplyKind::Audio),
        "video" => media(ReplyKind::Video),
        "document" => media(ReplyKind::Document),
        "location" => location(part),
        // An order may come with a note.
        "order" => Reply { kind: ReplyKind::Other, text: words("/text"), ..Reply::default() },
        _ => Reply { kind: ReplyKind::Other, ..Reply::default() },
    }
}

/// A place; without coordinates that are on the earth, its words alone. Name and address are there where the contact
/// chose a place instead of where they are.
fn location(part: &Value) -> Reply {
    let degrees = |name, most: f64| {
        part.get(name).and_then(Value::as_f64).filter(|degrees| degrees.abs() <= most)
    };
    let (name, address) = (string(part, "/name"), string(part, "/address"));
    let words: Vec<&str> = name.iter().chain(&address).map(String::as_str).collect();
    let text = words.join(", ");
    let location = match (degrees("latitude", 90.0), degrees("longitude", 180.0)) {
        (Some(latitude), Some(longitude)) => Some(Location { latitude, longitude, name, address }),
        _ => None,
    };
    Reply { kind: ReplyKind::Location, text, location, ..Reply::default() }
}

fn interactive(part: &Value) -> Reply {
    let choice = |kind, path: &str| Reply {
        kind,
        text: string(part, &format!("{path}/title")).unwrap_or_default(),
        payload: string(part, &format!("{path}/id")),
        ..Reply::default()
    };
    match part.get("type").and_then(Value::as_str) {
        Some("button_reply") => choice(ReplyKind::Button, "/button_reply"),
        Some("list_reply") => choice(ReplyKind::List, "/list_reply"),
        // A WhatsApp Flow's form: the answers are a JSON text, passed on as they are.
        Some("nfm_reply") => Reply {
            kind: ReplyKind::Other,
            text: string(part, "/nfm_reply/body").unwrap_or_default(),
            payload: string(part, "/nfm_reply/response_json"),
            ..Reply::default()
        },
        _ => Reply { kind: ReplyKind::Other, ..Reply::default() },
    }
}

fn content(message: &Value, message_type: &str) -> Value {
    match (message_type, message.get(message_type)) {
        ("text", part) => {
            json!({ "body": part.and_then(|part| part.get("body")).and_then(Value::as_str).unwrap_or("") })
        }
        ("unsupported", _) => {
            json!({ "errors": message.get("errors").cloned().unwrap_or_else(|| json!([])) })
        }
        (_, Some(part @ Value::Object(_))) => part.clone(),
        (_, Some(part)) => json!({ message_type: part }),
        (_, None) => json!({}),
    }
}
