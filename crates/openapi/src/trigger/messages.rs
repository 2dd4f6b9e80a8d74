//! What is said in a conversation.

use inbox::{MessagesRequest, MessagesView, NewMessage};
use serde_json::json;

use super::{EXAMPLE, EXAMPLE_PHONE, operation};
use crate::Operation;
use crate::operation::Method::Post;
use crate::schemas::Schemas;

pub(super) fn operations() -> Vec<Operation> {
    let account = EXAMPLE.split('#').next();
    let send = json!({
        "sender": account, "receiver": EXAMPLE_PHONE, "participantsIdentifiers": EXAMPLE,
        "message": "Hello", "type": "default", "initiator": "person", "messagePlatform": "whatsapp",
    });
    let get = json!({"phoneNumberId": account, "targetPhoneNumberId": EXAMPLE_PHONE});
    vec![
        operation("messages", Post, "/sendMessage", "sendMessage", "Send a message")
            .about("What a person of the team writes. `participantsIdentifiers` is `<sender>#<receiver>`. It is answered before WhatsApp is asked.")
            .body("SendMessage", send)
            .answers(200, "The message is to be sent: both ids are its `messageId`.", "SentMessage"),
        operation("messages", Post, "/getMessages", "getMessages", "List messages")
            .body("GetMessages", get)
            .errors(&[404])
            .answers(200, "A page of messages, the newest first.", "InboxMessagePage"),
    ]
}

pub(super) fn schemas(schemas: &mut Schemas) {
    schemas.shown::<MessagesView>();
    schemas.body("SendMessage", NewMessage::read);
    schemas.body("GetMessages", MessagesRequest::read);
    let id = json!({"type": "string", "format": "uuid"});
    schemas.add(
        "SentMessage",
        json!({
            "type": "object",
            "properties": {"temporaryMessageId": id, "message_generated_id": id},
            "required": ["temporaryMessageId", "message_generated_id"],
        }),
    );
}
