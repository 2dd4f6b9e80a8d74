//! Messages as they are shown.

use console::{AttachmentView, MessageErrorView};
use conversation::{Body, Conversation, Message, MessageStatus};
use flow::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::Participants;

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "InboxMessage"))]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    /// Which.
    pub message_id: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// Who wrote it: the account, or the customer.
    pub sender: String,
    /// To whom.
    pub receiver: String,
    /// `person`: the customer, or someone of the team; `bot`: a workflow.
    pub initiator: &'static str,
    /// `pending`, `sent`, `delivered`, `read`, `failed`, or `optOut` where the customer's STOP is why.
    pub status: &'static str,
    /// As `createdAt`: when it changed is not kept.
    pub updated_at: Timestamp,
    /// Where it was said.
    pub participants_identifiers: String,
    /// Its words; empty where it has none.
    pub message: String,
    /// Always `default`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The channel.
    pub message_platform: &'static str,
    /// Where it was written: the channel, or `api`.
    pub creation_platform: &'static str,
    /// The team.
    pub associated_to: String,
    /// Whose words they are.
    pub message_direction: Direction,
    /// Always false: reactions are messages of their own.
    pub has_reaction: bool,
    /// Whether a file came with it.
    pub has_attachment: bool,
    /// Always null.
    pub translation: Option<String>,
    /// Why it failed.
    pub error: Option<MessageErrorView>,
    /// Always null: who of the team wrote it is not known.
    pub agent_identification: Option<String>,
    /// The message that it answers, where the team said which.
    pub context: Option<ContextView>,
    /// Always null.
    pub comment: Option<String>,
    /// What was sent with it. Of what the customer sent, `richContent` says all.
    pub attachment: Option<AttachmentView>,
    /// Always null: files are linked.
    pub attachment_base64: Option<String>,
    /// Always empty.
    pub reactions: Vec<Value>,
    /// All of it, where it is more than words: buttons, lists, files, places.
    pub rich_content: Option<Value>,
    /// Always null.
    pub informative_message_type: Option<String>,
}

/// Whose words they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MessageDirection"))]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The customer's.
    Inbound,
    /// The team's.
    Outbound,
}

/// The message that another answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MessageContext"))]
pub struct ContextView {
    /// Null: that is for the message itself to say.
    pub from: Option<String>,
    /// WhatsApp's id of it.
    pub id: String,
}

/// What a page of messages gives as `lastEvaluatedKey`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MessageKey {
    /// Its oldest message.
    pub message_id: String,
    /// When that was written, in milliseconds since 1970.
    pub created_at: u64,
}

/// A page of messages.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "InboxMessagePage"))]
#[serde(rename_all = "camelCase")]
pub struct MessagesView {
    /// The newest first.
    pub db_object: Vec<MessageView>,
    /// Whether there are older ones.
    pub has_more_items_to_fetch: bool,
    /// What to send back as `startKey` for them.
    pub last_evaluated_key: Option<MessageKey>,
}

impl MessageKey {
    /// That of a message.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        Self { message_id: message.id.to_string(), created_at: message.at.0 }
    }
}

/// Types of a customer's message that come with a file (WhatsApp's webhooks reference, messages).
const FILES: [&str; 6] = ["image", "video", "audio", "voice", "document", "sticker"];

impl MessageView {
    /// A message of a conversation.
    #[must_use]
    pub fn of(conversation: &Conversation, message: &Message) -> Self {
        let sides = Participants::of(conversation);
        let participants_identifiers = sides.to_string();
        let platform = conversation.channel.as_str();
        let said = console::MessageView::of(conversation.id, message);
        let (account, customer) = (sides.account.clone(), sides.customer().to_owned());
        let (direction, sender, receiver) = match message.body {
            Body::Inbound { .. } => (Direction::Inbound, customer, account),
            Body::Outbound { .. } => (Direction::Outbound, account, customer),
        };
        let is_inbound = direction == Direction::Inbound;
        // What a session says, or the confirmation of a word of command, no request brought.
        let by_person = is_inbound || message.request.is_some();
        let is_file = FILES.contains(&said.message_type.as_str());
        Self {
            message_id: message.id.to_string(),
            created_at: message.at,
            sender,
            receiver,
            initiator: if by_person { "person" } else { "bot" },
            status: status(message),
            updated_at: message.at,
            participants_identifiers,
            message: said.message.unwrap_or_default(),
            kind: "default",
            message_platform: platform,
            creation_platform: if is_inbound { platform } else { "api" },
            associated_to: conversation.team.clone(),
            message_direction: direction,
            has_reaction: false,
            has_attachment: is_file,
            translation: None,
            error: said.error,
            agent_identification: None,
            context: message.reply_to.clone().map(|id| ContextView { from: None, id }),
            comment: None,
            attachment: said.attachments.into_iter().next().filter(|_| !is_inbound),
            attachment_base64: None,
            reactions: Vec::new(),
            rich_content: (said.message_type != "text").then_some(said.content),
            informative_message_type: None,
        }
    }
}

fn status(message: &Message) -> &'static str {
    let opted_out = message.error.as_ref().is_some_and(|error| error.code == "opted_out");
    match message.status {
        MessageStatus::Received | MessageStatus::Delivered => "delivered",
        MessageStatus::Queued => "pending",
        MessageStatus::Sent => "sent",
        MessageStatus::Failed if opted_out => "optOut",
        MessageStatus::Failed => "failed",
        MessageStatus::Read => "read",
    }
}
