//! What a visitor's browser sends.

use conversation::{EventId, identity};
use fields::Object;
use uuid::Uuid;

/// The largest body of a message, in bytes: 4,096 characters of four bytes do not fit, what people write does.
pub const MAX_BODY: usize = 16 * 1024;
/// The longest text, in characters: WhatsApp's own limit, and the engine's (`flow::limits::MAX_TEXT_CHARS`).
pub const MAX_TEXT: usize = flow::limits::MAX_TEXT_CHARS;
/// The longest id of a button or row, in characters: those of a workflow are no longer.
pub const MAX_PAYLOAD: usize = flow::limits::MAX_BUTTON_ID_CHARS;

/// The longest text that can be an id.
const MAX_ID: usize = 50;
/// The versions of UUIDs that are drawn at random (RFC 9562): the first message's id is what proves, for a while, that its
/// sender is the visitor.
const RANDOM: [usize; 2] = [4, 7];

/// A message of a visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitorMessage {
    /// The client's own: the same one again is the same message.
    pub id: Uuid,
    /// What was written, or the title of what was chosen. May be empty where there is a payload.
    pub text: String,
    /// The id of the chosen button or row.
    pub payload: Option<String>,
}

impl VisitorMessage {
    /// Reads `id`, `text` and `payload`. The message is of no account if there were errors.
    #[must_use]
    pub fn read(body: &Object<'_, '_>) -> Self {
        let id = read_id(body);
        let text = body.text("text", MAX_TEXT).value();
        let payload = body.text("payload", MAX_PAYLOAD).value();
        let is_wrong =
            body.given("text") && text.is_none() || body.given("payload") && payload.is_none();
        let filled = |text: &String| !text.trim().is_empty();
        let (text, payload) = (text.filter(filled), payload.filter(filled));
        if text.is_none() && payload.is_none() && !is_wrong {
            body.error("text", "required, unless there is a payload; must not be blank");
        }
        Self { id, text: text.unwrap_or_default(), payload }
    }

    /// What makes it the same message when it comes again.
    #[must_use]
    pub fn event(&self) -> EventId {
        EventId::of("webchat", &self.id.to_string())
    }

    /// The visitor who begins with this message: so a first message that comes again begins nothing new.
    #[must_use]
    pub fn visitor(&self, team: &str, account: &str) -> Uuid {
        identity::derive("visitor", &[team, account, &self.id.to_string()])
    }
}

fn read_id(body: &Object<'_, '_>) -> Uuid {
    if !body.given("id") {
        body.error(
            "id",
            "required: a random UUID, which is the message's own when it is sent again",
        );
        return Uuid::nil();
    }
    let Some(text) = body.text("id", MAX_ID).value() else { return Uuid::nil() };
    match text.parse::<Uuid>() {
        Ok(id) if RANDOM.contains(&id.get_version_num()) => id,
        _ => {
            body.error("id", "must be a random UUID: version 4 or 7");
            Uuid::nil()
        }
    }
}

#[cfg(test)]
mod tests {
    use fields::Errors;
    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "3f0a5d1c-7b1c-4c2d-8e4f-5a6b7c8d9e0f";

    fn read(body: &Value) -> Result<VisitorMessage, Vec<String>> {
        let errors = Errors::new();
        let message = VisitorMessage::read(&errors.body(body));
        errors.into_result(message).map_err(|all| all.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_message_has_a_text_or_a_payload_or_both() {
        let message = read(&json!({"id": ID, "text": "hi"})).unwrap();
        assert_eq!((message.text.as_str(), message.payload), ("hi", None));
        let message = read(&json!({"id": ID, "payload": "yes"})).unwrap();
        assert_eq!((message.text.as_str(), message.payload.as_deref()), ("", Some("yes")));
        let message = read(&json!({"id": ID, "text": "Yes", "payload": "yes", "more": 1})).unwrap();
        assert_eq!((message.text.as_str(), message.payload.as_deref()), ("Yes", Some("yes")));
        assert_eq!(read(&json!({"id": ID, "text": "hi", "payload": null})).unwrap().payload, None);
    }

    #[test]
    fn what_is_wrong_is_said_all_at_once() {
        let neither = "text: required, unless there is a payload; must not be blank";
        let id = "id: must be a random UUID: version 4 or 7";
        for (body, wrong) in [
            (
                json!({}),
                vec![
                    "id: required: a random UUID, which is the message's own when it is sent again",
                    neither,
                ],
            ),
            (json!({"id": ID, "text": " \n"}), vec![neither]),
            (json!({"id": ID, "text": null, "payload": ""}), vec![neither]),
            (json!({"id": "7", "text": "hi"}), vec![id]),
            (json!({"id": Uuid::nil(), "text": "hi"}), vec![id]),
            (json!({"id": Uuid::from_u128(1), "text": "hi"}), vec![id]),
            (json!({"id": "3f0a5d1c-7b1c-1c2d-8e4f-5a6b7c8d9e0f", "text": "hi"}), vec![id]),
            (
                json!({"id": 7, "text": 7, "payload": []}),
                vec!["id: must be a string", "text: must be a string", "payload: must be a string"],
            ),
            (
                json!({"id": ID, "text": "é".repeat(4_097), "payload": "p".repeat(257)}),
                vec![
                    "text: must be at most 4096 characters long",
                    "payload: must be at most 256 characters long",
                ],
            ),
            (json!([]), vec!["body: must be an object"]),
        ] {
            assert_eq!(read(&body).unwrap_err(), wrong, "{body}");
        }
        assert!(read(&json!({"id": ID, "text": "é".repeat(4_096)})).is_ok());
    }

    #[test]
    fn a_first_message_that_comes_again_is_of_the_same_visitor() {
        let message = read(&json!({"id": ID, "text": "hi"})).unwrap();
        let again = read(&json!({"id": ID.to_uppercase(), "text": "hi"})).unwrap();
        assert_eq!(message.visitor("acme", "shop"), again.visitor("acme", "shop"));
        assert_ne!(message.visitor("acme", "shop"), message.visitor("acme", "blog"));
        assert_ne!(message.visitor("acme", "shop"), message.visitor("evil", "shop"));
        assert_ne!(message.visitor("acme", "shop"), message.id);
    }
}
