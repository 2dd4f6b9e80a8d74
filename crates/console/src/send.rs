//! What the console sends.

use conversation::{Channel, E164};
use fields::Object;
use serde_json::{Value, json};
use uuid::Uuid;

/// The longest message, in characters (contract, section 5).
const MAX_MESSAGE: usize = 4096;
/// The longest name of a contact on a channel, in characters.
const MAX_USERNAME: usize = 255;
/// The longest id, in characters.
const MAX_ID: usize = 50;
/// The longest address, in characters.
const MAX_ADDRESS: usize = 255;

const CHANNELS: &[&str] = &["whatsapp", "webchat", "telephony"];

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The contact.
    User,
    /// A person of the team.
    Assistant,
}

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// What is said.
    pub message: String,
    /// By whom.
    pub role: Role,
}

/// Where a message goes that names its conversation, or with whom one is to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// This one. What is no id names none.
    Conversation(Option<Uuid>),
    /// That with a contact, found or created.
    Contact {
        /// Where.
        channel: Channel,
        /// E.164 on WhatsApp and the phone, a UUID on the web.
        address: String,
        /// What the contact is called there.
        username: Option<String>,
        /// Whether nothing is to leave.
        test: bool,
    },
}

impl NewMessage {
    /// Reads `message` and `role`.
    #[must_use]
    pub fn read(body: &Object<'_, '_>) -> Self {
        let message = body.required_text("message", MAX_MESSAGE);
        let role = match body.one_of("role", &["user", "assistant"]).value().as_deref() {
            Some("assistant") => Role::Assistant,
            _ => Role::User,
        };
        Self { message, role }
    }
}

impl Recipient {
    /// Reads `conversation_id`, or `channel_type` and what goes with it.
    #[must_use]
    pub fn read(body: &Object<'_, '_>) -> Self {
        let id = body.text("conversation_id", MAX_ID).value();
        let channel = body.one_of("channel_type", CHANNELS).value();
        let channel = channel.as_deref().and_then(Channel::from_name);
        let address = body.text("channel_user_id", MAX_ADDRESS).value();
        let username = body.text("channel_username", MAX_USERNAME).value();
        let username = username.filter(|name| !name.trim().is_empty());
        let test = body.boolean("is_test_channel").value().unwrap_or(false);
        body.describe_whole(one_recipient);
        if let Some(id) = id {
            for other in ["channel_type", "channel_user_id"] {
                if body.given(other) {
                    body.error(other, "cannot be given together with conversation_id");
                }
            }
            return Self::Conversation(id.parse().ok());
        }
        if !body.given("conversation_id") {
            for required in ["channel_type", "channel_user_id"] {
                if !body.given(required) {
                    body.error(required, "required when conversation_id is absent");
                }
            }
        }
        let (Some(channel), Some(address)) = (channel, address) else {
            return Self::Conversation(None);
        };
        match read_address(channel, &address) {
            Ok(address) => Self::Contact { channel, address, username, test },
            Err(why) => {
                body.error("channel_user_id", why);
                Self::Conversation(None)
            }
        }
    }
}

/// A conversation, a phone or a visitor.
fn one_recipient() -> Value {
    let phone = json!({"type": "string", "pattern": E164::PATTERN});
    let visitor = json!({"type": "string", "format": "uuid"});
    let (none, id) = (json!({"type": "null"}), json!({"type": "string"}));
    let contact = ["channel_type", "channel_user_id"];
    json!({"anyOf": [
        {"properties": {"conversation_id": id, "channel_type": none, "channel_user_id": none},
            "required": ["conversation_id"]},
        {"properties": {"conversation_id": none, "channel_type": {"enum": ["whatsapp", "telephony"]},
            "channel_user_id": phone}, "required": contact},
        {"properties": {"conversation_id": none, "channel_type": {"const": "webchat"},
            "channel_user_id": visitor}, "required": contact},
    ]})
}

fn read_address(channel: Channel, text: &str) -> Result<String, String> {
    match channel {
        Channel::Whatsapp | Channel::Telephony => {
            E164::parse(text).map(|phone| phone.to_string()).map_err(|why| why.to_string())
        }
        Channel::Webchat => text
            .parse::<Uuid>()
            .map(|id| id.to_string())
            .map_err(|_| "must be a UUID on this channel".to_owned()),
    }
}

/// The pause of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AiStatus {
    /// Whether automation rests.
    pub is_ai_chat_paused: bool,
}

impl AiStatus {
    /// Reads `is_ai_chat_paused`.
    #[must_use]
    pub fn read(body: &Object<'_, '_>) -> Self {
        let paused = body.boolean("is_ai_chat_paused");
        if !body.given("is_ai_chat_paused") {
            body.error("is_ai_chat_paused", "required");
        }
        Self { is_ai_chat_paused: paused.value().unwrap_or(false) }
    }
}

/// The channel that a list asks for, and whether its test conversations: `whatsapp`, `test_whatsapp`, ….
#[must_use]
pub fn channel_filter(text: &str) -> Option<(Channel, bool)> {
    match text.strip_prefix("test_") {
        Some(name) => Some((Channel::from_name(name)?, true)),
        None => Some((Channel::from_name(text)?, false)),
    }
}

#[cfg(test)]
mod tests {
    use fields::Errors;
    use serde_json::{Value, json};

    use super::*;

    fn read(body: &Value) -> Result<(NewMessage, Recipient), Vec<String>> {
        let errors = Errors::new();
        let object = errors.body(body);
        let read = (NewMessage::read(&object), Recipient::read(&object));
        errors.into_result(read).map_err(|all| all.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_message_names_its_conversation_or_a_contact() {
        let id = Uuid::from_u128(7);
        let (_, to) = read(&json!({"message": "hi", "conversation_id": id})).unwrap();
        assert_eq!(to, Recipient::Conversation(Some(id)));
        let body = json!({"message": "hi", "channel_type": "whatsapp", "channel_user_id": "+1 415 555 0100"});
        let (send, to) = read(&body).unwrap();
        assert_eq!(send, NewMessage { message: "hi".to_owned(), role: Role::User });
        let Recipient::Contact { channel, address, test, .. } = to else { panic!("{to:?}") };
        assert_eq!((channel, address.as_str(), test), (Channel::Whatsapp, "+14155550100", false));
    }

    #[test]
    fn what_is_wrong_is_said_all_at_once() {
        for (body, wrong) in [
            (
                json!({}),
                vec![
                    "message: required",
                    "channel_type: required when conversation_id is absent",
                    "channel_user_id: required when conversation_id is absent",
                ],
            ),
            (
                json!({"message": "", "role": "system", "channel_type": "sms", "channel_user_id": 7,
                    "is_test_channel": "yes", "channel_username": []}),
                vec![
                    "message: must not be blank",
                    "role: must be one of user, assistant",
                    "channel_type: must be one of whatsapp, webchat, telephony",
                    "channel_user_id: must be a string",
                    "channel_username: must be a string",
                    "is_test_channel: must be true or false",
                ],
            ),
            (
                json!({"message": "hi", "conversation_id": "c", "channel_type": "webchat"}),
                vec!["channel_type: cannot be given together with conversation_id"],
            ),
            (
                json!({"message": "hi", "channel_type": "webchat", "channel_user_id": "me"}),
                vec!["channel_user_id: must be a UUID on this channel"],
            ),
        ] {
            assert_eq!(read(&body).unwrap_err(), wrong, "{body}");
        }
    }
}
