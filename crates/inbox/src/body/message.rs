//! What `POST /sendMessage` is sent.

use fields::{Given, Object};
use flow::limits::MAX_TEXT_CHARS;
use serde_json::json;

use super::{MAX_ID, PARTICIPANTS, required_participants};
use crate::Participants;

/// The longest id of a message, in characters: WhatsApp's have some 60.
const MAX_MESSAGE_ID: usize = 256;

/// A message of a person of the team to a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// The account that sends, and to whom: a phone, or who is known by an id of WhatsApp.
    pub participants: Participants,
    /// What is said, up to [`MAX_TEXT_CHARS`] characters.
    pub message: String,
    /// The message that it answers: our id, or WhatsApp's.
    pub answers: Option<String>,
}

impl NewMessage {
    /// Reads it. `type`, `initiator` and `messagePlatform` may be left out: each has a default, which is all that is
    /// served. `None`: there was an error.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>) -> Option<Self> {
        fields.only(&[
            "sender",
            "receiver",
            PARTICIPANTS,
            "message",
            "type",
            "initiator",
            "messagePlatform",
            "context",
            "attachmentBase64",
        ]);
        let sender = fields.required_text("sender", MAX_ID);
        let receiver = fields.required_text("receiver", MAX_ID);
        fields.describe("receiver", || json!({"examples": ["972501234567"]}));
        let named = required_participants(fields);
        let message = fields.required_text("message", MAX_TEXT_CHARS);
        let _ = fields.one_of("type", &["default"]);
        let _ = fields.one_of("initiator", &["person"]);
        read_platform(fields);
        let answers = read_context(fields);
        refuse_attachment(fields);
        let participants = Participants::new(&sender, &receiver)?;
        if named.is_some_and(|named| named != participants) {
            fields.error(PARTICIPANTS, format!("must be <sender>#<receiver>: {participants}"));
        }
        Some(Self { participants, message, answers })
    }
}

fn read_platform(fields: &Object<'_, '_>) {
    let name = "messagePlatform";
    match fields.any(name).value().and_then(serde_json::Value::as_str) {
        Some(other @ ("instagram" | "facebookMessenger")) => {
            fields.error(name, format!("{other} is not connected; whatsapp is"));
        }
        _ => drop(fields.one_of(name, &["whatsapp"])),
    }
}

/// The id of the message that is answered. From whom that is, the conversation knows.
fn read_context(fields: &Object<'_, '_>) -> Option<String> {
    let Given::Value(context) = fields.object("context") else { return None };
    context.only(&["from", "id"]);
    let _ = context.text("from", MAX_ID);
    Some(context.required_text("id", MAX_MESSAGE_ID))
}

fn refuse_attachment(fields: &Object<'_, '_>) {
    let name = "attachmentBase64";
    fields.describe(name, || json!({"type": "null"}));
    if fields.given(name) {
        fields.error(name, "not supported yet");
    }
}
