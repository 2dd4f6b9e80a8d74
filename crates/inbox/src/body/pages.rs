//! What lists are asked: how much, and from where on.

use fields::Object;

use super::{MAX_ID, required};
use crate::{MessageKey, Participants, Position};

/// What a page of a list holds at most (contract, section 3).
const MAX_LIMIT: u64 = 100;
/// What it holds where nothing is said.
const LIMIT: u64 = 25;
/// Above it not every whole number is a double.
const MAX_NUMBER: u64 = 1 << 53;

/// What `POST /conversations` is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationsRequest {
    /// One account only.
    pub account: Option<String>,
    /// After which conversation to go on.
    pub start: Option<Position>,
    /// 1 to 100.
    pub limit: usize,
}

impl ConversationsRequest {
    /// Reads it; it may be empty.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>) -> Option<Self> {
        fields.only(&["phoneNumberId", "startKey", "limit"]);
        let account = fields.filled_text("phoneNumberId", MAX_ID).value();
        let start = read_position(fields, "startKey");
        Some(Self { account, start, limit: read_limit(fields) })
    }
}

/// What `POST /customers` is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomersRequest {
    /// After which customer to go on.
    pub start: Option<Position>,
    /// 1 to 100.
    pub limit: usize,
}

impl CustomersRequest {
    /// Reads it; it may be empty.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>) -> Option<Self> {
        fields.only(&["lastEvaluatedKey", "limit"]);
        let start = read_position(fields, "lastEvaluatedKey");
        Some(Self { start, limit: read_limit(fields) })
    }
}

/// What `POST /getMessages` is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagesRequest {
    /// Of which conversation.
    pub participants: Participants,
    /// Before which message to go on.
    pub start: Option<MessageKey>,
}

impl MessagesRequest {
    /// Reads it. `None`: there was an error.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>) -> Option<Self> {
        fields.only(&["phoneNumberId", "targetPhoneNumberId", "startKey"]);
        let account = fields.required_text("phoneNumberId", MAX_ID);
        let customer = fields.required_text("targetPhoneNumberId", MAX_ID);
        let start = read_message_key(fields, "startKey");
        Some(Self { participants: Participants::new(&account, &customer)?, start })
    }
}

fn read_limit(fields: &Object<'_, '_>) -> usize {
    let limit = fields.integer("limit", 1, MAX_LIMIT).value().unwrap_or(LIMIT);
    usize::try_from(limit).unwrap_or_default()
}

fn read_position(fields: &Object<'_, '_>, name: &str) -> Option<Position> {
    let position = fields.object(name).value()?;
    position.only(&["contact", "phoneNumberId"]);
    let contact = required_number(&position, "contact");
    let account = position.filled_text("phoneNumberId", MAX_ID).value();
    Some(Position { contact: contact?, phone_number_id: account })
}

fn read_message_key(fields: &Object<'_, '_>, name: &str) -> Option<MessageKey> {
    let key = fields.object(name).value()?;
    key.only(&["messageId", "createdAt"]);
    let message_id = key.required_text("messageId", MAX_ID);
    Some(MessageKey { message_id, created_at: required_number(&key, "createdAt")? })
}

fn required_number(fields: &Object<'_, '_>, name: &str) -> Option<u64> {
    let number = fields.integer(name, 0, MAX_NUMBER).value();
    required(fields, name);
    number
}
