//! Conversations, their messages and the stream of them.

use ::console::{AiStatus, ConversationView, MessageView, NewMessage, Recipient};
use fields::describe;
use serde_json::{Value, json};

use super::{envelope, flag, page};
use crate::Parameter;
use crate::operation::Method::{Get, Patch, Post};
use crate::operation::{Method, Operation};
use crate::schemas::{Schemas, reference};

/// What a list can be sorted by.
const SORTABLE: &[&str] = &["created_at", "created_on", "last_message_at", "updated_at"];
const READ: &str = "conversations:read";
const WRITE: &str = "conversations:write";
/// A ticket, in characters, and seconds for which it is good (contract/console-bimpe.md, section 5).
const TICKET: usize = 43;
const TICKET_SECONDS: u32 = 60;

/// Times before 1970 are not taken.
const SINCE_1970: &str = "^(19[7-9]|2)";
const CHANNELS: [&str; 6] =
    ["whatsapp", "webchat", "telephony", "test_whatsapp", "test_webchat", "test_telephony"];

fn conversation(
    method: Method,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    Operation::new("conversations", method, path, id, summary)
}

pub(super) fn operations() -> Vec<Operation> {
    let all = "/agents/{agentId}/conversations";
    let one = "/agents/{agentId}/conversations/{conversationId}";
    let messages = "/agents/{agentId}/conversations/{conversationId}/messages";
    let channel = Parameter::query("channel", "Where it takes place.", json!({"enum": CHANNELS}));
    let send = json!({
        "message": "Hello", "channel_type": "webchat", "is_test_channel": true,
        "channel_user_id": "6f0f5a52-3f0e-4c8e-9d0b-1d8f6b0a2c11",
    });
    vec![
        conversation(Get, all, "listConversations", "List conversations")
            .scope(READ)
            .page(SORTABLE)
            .parameter(channel)
            .parameter(flag("is_test_channel", "Whether its messages stay in its log."))
            .parameter(flag("is_ai_chat_paused", "Whether automation rests."))
            .parameter(flag("needs_attention", "Whether a person should look at it."))
            .answers(200, "A page of conversations.", "ConversationPage"),
        conversation(Post, "/agents/{agentId}/conversations/messages", "sendMessageToContact", "Create a conversation and send a message")
            .about("In the conversation of `conversation_id`, or in that with a contact, found or created. What a `user` says is answered by the assistant: the answer is the reply.")
            .scope(WRITE)
            .body("SendMessageToContact", send)
            .answers(201, "The message, or the reply to it.", "SentEnvelope"),
        conversation(Get, one, "getConversation", "Get a conversation")
            .scope(READ)
            .answers(200, "The conversation, with whom it is with.", "ConversationDetailEnvelope"),
        conversation(Patch, "/agents/{agentId}/conversations/{conversationId}/ai-status", "setAiStatus", "Let automation rest, or go on")
            .scope(WRITE)
            .body("AiStatus", json!({"is_ai_chat_paused": true}))
            .answers(200, "Whether it rests.", "AiStatusEnvelope"),
        conversation(Get, messages, "listMessages", "List messages")
            .scope(READ)
            .page(&["created_at", "created_on"])
            .answers(200, "A page of messages.", "MessagePage"),
        conversation(Post, messages, "sendMessage", "Send a message")
            .scope(WRITE)
            .body("SendMessage", json!({"message": "Hello"}))
            .answers(201, "The message, or the reply to it.", "SentEnvelope"),
        conversation(Get, "/agents/{agentId}/conversations/{conversationId}/messages/{messageId}", "getMessage", "Get a message")
            .scope(READ)
            .answers(200, "The message.", "MessageEnvelope"),
        conversation(Post, "/agents/{agentId}/conversations/{conversationId}/stream-ticket", "createStreamTicket", "Get a ticket for the stream")
            .about("Good once.")
        .without_idempotency()
            .scope(READ)
            .answers(201, "The ticket.", "StreamTicketEnvelope"),
        stream(),
    ]
}

fn stream() -> Operation {
    let path = "/agents/{agentId}/conversations/{conversationId}/stream";
    let ticket = Parameter::query("ticket", "From `stream-ticket`.", json!({"type": "string"}));
    let after = "What came after this message, or this time, comes first.";
    let text = json!({
        "anyOf": [
            {"type": "string", "format": "uuid"},
            {"type": "string", "format": "date-time", "pattern": SINCE_1970},
        ],
        "examples": ["2026-05-07T08:14:23.000Z"],
    });
    let last = "As `after`, which a client sends that connects again.";
    let example =
        "id: 018f5e3a-7b1c-7c2d-8e4f-5a6b7c8d9e0f\nevent: message\ndata: {\"id\": \"…\"}\n\n";
    let content = json!({"text/event-stream": {"schema": {"type": "string"}, "example": example}});
    conversation(Get, path, "streamMessages", "Follow a conversation")
        .about("Server-sent events: `message`, and `heartbeat` about every 20 seconds. Needs a ticket instead of a key.")
        .parameter(ticket.required())
        .parameter(Parameter::query("after", after, text))
        .parameter(Parameter::header("Last-Event-ID", last, json!({"type": "string"})))
        .errors(&[401, 403, 429])
        .answers_with(200, "The messages, as they come.", content)
}

pub(super) fn schemas(schemas: &mut Schemas) {
    schemas.shown::<ConversationView>();
    schemas.shown::<MessageView>();
    page(schemas, "ConversationPage", reference("Conversation"));
    page(schemas, "MessagePage", reference("Message"));
    envelope(schemas, "MessageEnvelope", reference("Message"));
    schemas.add("SentEnvelope", sent());
    schemas.derived("ConversationDetail", "Conversation", |schema| {
        schema["description"] = "A conversation, with whom it is with.".into();
        let fields = schema["properties"].as_object().into_iter().flatten();
        schema["required"] = fields.map(|(name, _)| name.clone()).collect();
    });
    envelope(schemas, "ConversationDetailEnvelope", reference("ConversationDetail"));
    envelope(schemas, "AiStatusEnvelope", paused());
    envelope(schemas, "StreamTicketEnvelope", ticket());
    schemas.add("SendMessage", describe(|body| drop(NewMessage::read(body))));
    schemas.add(
        "SendMessageToContact",
        describe(|body| {
            let _ = (NewMessage::read(body), Recipient::read(body));
        }),
    );
    schemas.add(
        "AiStatus",
        describe(|body| {
            let _ = AiStatus::read(body);
        }),
    );
}

fn sent() -> Value {
    json!({
        "type": "object",
        "properties": {
            "message": {"type": "string"},
            "data": reference("Message"),
            "replies": {
                "type": "array",
                "items": reference("Message"),
                "description": "All that was answered at once; `data` is the last of them.",
            },
        },
        "required": ["message", "data", "replies"],
        "additionalProperties": false,
    })
}

fn paused() -> Value {
    json!({
        "type": "object",
        "properties": {"is_ai_chat_paused": {"type": "boolean"}},
        "required": ["is_ai_chat_paused"],
        "additionalProperties": false,
    })
}

fn ticket() -> Value {
    json!({
        "type": "object",
        "properties": {
            "ticket": {"type": "string", "minLength": TICKET, "maxLength": TICKET},
            "expires_in": {"type": "integer", "const": TICKET_SECONDS, "description": "Seconds."},
        },
        "required": ["ticket", "expires_in"],
        "additionalProperties": false,
    })
}
