//! Conversations and messages as the console shows them.

use conversation::{Body, Contact, Conversation, Message, MessageError, MessageStatus};
use flow::{Content, MediaKind};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// Characters of the last message that a list shows.
const PREVIEW: usize = 100;

/// A conversation of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Conversation"))]
pub struct ConversationView {
    /// Which.
    pub id: Uuid,
    /// `whatsapp`, `webchat` or `telephony`.
    pub channel_type: &'static str,
    /// The account on the channel; null for a test conversation.
    pub channel_id: Option<String>,
    /// The contact's address on the channel.
    pub channel_user_id: Option<String>,
    /// What the contact is called there.
    pub channel_user_username: Option<String>,
    /// Whether its messages stay in its log.
    pub is_test_channel: bool,
    /// Whether automation rests.
    pub is_ai_chat_paused: bool,
    /// Whether a person should look at it.
    pub needs_attention: bool,
    /// When the last message was written.
    pub last_message_at: Option<String>,
    /// When the contact last wrote.
    pub last_seen: Option<String>,
    /// The beginning of the last message that has words.
    pub last_message_preview: Option<String>,
    /// When it began.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
    /// With whom, where one conversation is shown.
    #[serde(flatten)]
    pub contact: Option<ContactView>,
}

/// Whom a conversation is with.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "ConversationContact")
)]
pub struct ContactView {
    /// The contact's name.
    pub full_name: Option<String>,
    /// An email address.
    pub email: Option<String>,
    /// E.164.
    pub phone_number: Option<String>,
    /// Never known here.
    pub profile_picture: Option<String>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Message"))]
pub struct MessageView {
    /// Which.
    pub id: Uuid,
    /// Where it was said.
    pub conversation_id: Uuid,
    /// `user`: the contact; `assistant`: a workflow, or a person of the team.
    pub role: &'static str,
    /// What was said, where it was said in words.
    pub message: Option<String>,
    /// `text`, `buttons`, `list`, `image`, ….
    pub message_type: String,
    /// When.
    pub created_at: String,
    /// What came with it.
    pub attachments: Vec<AttachmentView>,
    /// What became of it: `received`, `queued`, `sent`, `failed`, `delivered`, `read`.
    pub status: MessageStatus,
    /// Why it failed.
    pub error: Option<MessageErrorView>,
    /// All of it, as the channel gave it or is given it: buttons, lists, places.
    pub content: Value,
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Attachment"))]
pub struct AttachmentView {
    /// `image`, `audio` or `file`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Where it is.
    pub url: String,
}

/// Why a message failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MessageError"))]
pub struct MessageErrorView {
    /// The provider's code, or ours.
    pub code: String,
    /// What it means.
    pub message: String,
}

impl From<&MessageError> for MessageErrorView {
    fn from(error: &MessageError) -> Self {
        Self { code: error.code.clone(), message: error.message.clone() }
    }
}

impl ConversationView {
    /// A conversation as a list shows it.
    #[must_use]
    pub fn of(conversation: &Conversation) -> Self {
        let last = conversation.log.back();
        let words = conversation.log.iter().rev().find_map(Message::words);
        Self {
            id: conversation.id,
            channel_type: conversation.channel.as_str(),
            channel_id: (!conversation.test).then(|| conversation.account.clone()),
            channel_user_id: Some(conversation.address.clone()),
            channel_user_username: conversation.username.clone(),
            is_test_channel: conversation.test,
            is_ai_chat_paused: conversation.paused,
            needs_attention: conversation.needs_attention,
            last_message_at: last.map(|message| message.at.to_iso()),
            last_seen: conversation.last_inbound_at.map(flow::Timestamp::to_iso),
            last_message_preview: words.map(|text| text.chars().take(PREVIEW).collect()),
            created_at: conversation.created_at.to_iso(),
            updated_at: conversation.updated_at.to_iso(),
            contact: None,
        }
    }

    /// The same with whom it is with.
    #[must_use]
    pub fn with(mut self, contact: Option<&Contact>) -> Self {
        self.contact = Some(ContactView {
            full_name: contact.and_then(|contact| contact.name.clone()),
            email: contact.and_then(|contact| contact.email.clone()),
            phone_number: contact.and_then(|contact| contact.phone.clone()),
            profile_picture: None,
        });
        self
    }
}

impl MessageView {
    /// A message of a conversation.
    #[must_use]
    pub fn of(conversation: Uuid, message: &Message) -> Self {
        let (role, content) = match &message.body {
            Body::Inbound { content, .. } => ("user", content.clone()),
            Body::Outbound { content } => {
                ("assistant", serde_json::to_value(content).unwrap_or_default())
            }
        };
        Self {
            id: message.id,
            conversation_id: conversation,
            role,
            message: message.words().map(str::to_owned),
            message_type: kind(&message.body).to_owned(),
            created_at: message.at.to_iso(),
            attachments: attachments(&message.body),
            status: message.status,
            error: message.error.as_ref().map(MessageErrorView::from),
            content,
        }
    }
}

fn kind(body: &Body) -> &str {
    match body {
        Body::Inbound { kind, .. } => kind,
        Body::Outbound { content } => match content {
            Content::Text { .. } => "text",
            Content::Buttons { .. } => "buttons",
            Content::List { .. } => "list",
            Content::Template { .. } => "template",
            Content::Media { kind, .. } => match kind {
                MediaKind::Image => "image",
                MediaKind::Video => "video",
                MediaKind::Audio => "audio",
                MediaKind::Document => "document",
            },
        },
    }
}

fn attachments(body: &Body) -> Vec<AttachmentView> {
    let (kind, url) = match body {
        Body::Inbound { kind, content } => return received(kind, content),
        Body::Outbound { content: Content::Media { kind, url, .. } } => (kind, url),
        Body::Outbound { .. } => return Vec::new(),
    };
    let kind = match kind {
        MediaKind::Image => "image",
        MediaKind::Audio => "audio",
        MediaKind::Video | MediaKind::Document => "file",
    };
    vec![AttachmentView { kind, url: url.clone() }]
}

/// The types of a contact's message that come with a file: a place may have a link, too, and is none.
const FILES: [&str; 6] = ["image", "audio", "voice", "video", "document", "sticker"];

/// The files that a contact sent. Of several a text message has all in `media`, the first included; of one that the channel
/// gave by its id only there is no address.
fn received(kind: &str, content: &Value) -> Vec<AttachmentView> {
    if !FILES.contains(&kind) {
        return Vec::new();
    }
    let files = content.get("media").and_then(Value::as_array);
    let files = files.map_or(std::slice::from_ref(content), Vec::as_slice);
    let shown = files.iter().filter_map(|file| {
        let url = file.get("url")?.as_str()?.to_owned();
        let mime_type = file.get("mime_type").and_then(Value::as_str).unwrap_or_default();
        let kind = match mime_type.split('/').next() {
            Some("image") => "image",
            Some("audio") => "audio",
            _ => "file",
        };
        Some(AttachmentView { kind, url })
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use flow::Timestamp;
    use serde_json::json;

    use super::*;

    /// What comes with a message: its types and addresses.
    fn attached(kind: &str, content: Value) -> Vec<(&'static str, String)> {
        let message = Message {
            id: Uuid::from_u128(1),
            sequence: 1,
            at: Timestamp(1_763_726_412_000),
            body: Body::Inbound { kind: kind.to_owned(), content },
            status: MessageStatus::Received,
            provider_id: None,
            error: None,
            session: None,
            request: None,
            resent_as: None,
            outside_window: None,
            reply_to: None,
        };
        let shown = MessageView::of(Uuid::from_u128(2), &message);
        shown.attachments.into_iter().map(|file| (file.kind, file.url)).collect()
    }

    #[test]
    fn files_that_a_contact_sent_are_attached_where_their_address_is_known() {
        let one = json!({"url": "https://a/0", "mime_type": "image/png", "caption": "Look"});
        assert_eq!(attached("image", one), [("image", "https://a/0".to_owned())]);
        let several = json!({"url": "https://a/0", "mime_type": "image/png", "media": [
            {"url": "https://a/0", "mime_type": "image/png"},
            {"url": "https://a/1", "mime_type": "audio/ogg"},
            {"url": "https://a/2", "mime_type": "video/mp4"},
        ]});
        let all = [("image", "https://a/0"), ("audio", "https://a/1"), ("file", "https://a/2")];
        assert_eq!(attached("image", several), all.map(|(kind, url)| (kind, url.to_owned())));
        let by_id = json!({"url": null, "mime_type": "image/jpeg", "id": "m1"});
        assert!(attached("image", by_id).is_empty());
        let place = json!({"latitude": 1, "longitude": 2, "url": "https://a/place"});
        assert!(attached("location", place).is_empty());
        assert!(attached("text", json!({"body": "https://a/0"})).is_empty());
    }
}
