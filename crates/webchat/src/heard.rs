//! What a conversation hears of what a visitor sends.

use conversation::{Body, Conversation, Inbound, Message};
use flow::{Button, Content, Reply, ReplyKind, Row, Timestamp};
use serde_json::{Value, json};

use crate::VisitorMessage;

/// Messages of a visitor that are heard within a minute. They are counted in what the conversation has of its log, so that
/// counting costs no write: where messages are very long, it lets more pass.
pub const MESSAGES_A_MINUTE: usize = 30;

/// For how long the first message, sent again, lets its sender in without a token, in milliseconds: a day, as long as an
/// `Idempotency-Key` is remembered. Afterwards an id that leaked is of no use.
const BEGINS_FOR: u64 = 24 * 60 * 60 * 1000;

const MINUTE: u64 = 60 * 1000;

/// Why a message is not heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It came without the token of a visitor who is known for long.
    NoToken,
    /// The visitor writes too fast.
    TooFast,
}

impl VisitorMessage {
    /// What a conversation hears. A payload that none of its messages has offered is no choice: then the text counts.
    ///
    /// # Errors
    /// [`Refusal`]; what was heard before is not refused for coming again.
    pub fn inbound(
        &self,
        conversation: &Conversation,
        has_token: bool,
        now: Timestamp,
    ) -> Result<Inbound, Refusal> {
        if !has_token && conversation.created_at.0.saturating_add(BEGINS_FOR) < now.0 {
            return Err(Refusal::NoToken);
        }
        if !conversation.seen.contains(self.event()) && is_fast(conversation, now) {
            return Err(Refusal::TooFast);
        }
        let (kind, content, reply) = self.read_as(conversation);
        Ok(Inbound {
            event: self.event(),
            provider_id: self.id.to_string(),
            // It may come again after any time: the browser keeps what it could not send.
            sent_at: None,
            kind: kind.to_owned(),
            content,
            reply,
        })
    }

    /// The message's type and content, in the shape that WhatsApp's have, and what a workflow reads of it.
    fn read_as(&self, conversation: &Conversation) -> (&'static str, Value, Reply) {
        let payload = self.payload.as_deref();
        match payload.and_then(|payload| offered(conversation, payload)) {
            Some(Offered::Button(Button { id, title })) => {
                let choice =
                    json!({"type": "button_reply", "button_reply": {"id": id, "title": title}});
                ("interactive", choice, Reply::button(id, title))
            }
            Some(Offered::Row(Row { id, title, .. })) => {
                let choice =
                    json!({"type": "list_reply", "list_reply": {"id": id, "title": title}});
                let reply = Reply { kind: ReplyKind::List, ..Reply::button(id, title) };
                ("interactive", choice, reply)
            }
            None => {
                let text = match self.text.is_empty() {
                    true => payload.unwrap_or_default(),
                    false => &self.text,
                };
                ("text", json!({"body": text}), Reply::text(text))
            }
        }
    }
}

/// The message of a conversation that a visitor's became, if its document still holds it.
#[must_use]
pub fn heard<'c>(conversation: &'c Conversation, sent: &VisitorMessage) -> Option<&'c Message> {
    let id = sent.id.to_string();
    conversation.log.iter().rev().find(|message| message.provider_id.as_deref() == Some(&id))
}

fn is_fast(conversation: &Conversation, now: Timestamp) -> bool {
    let since = now.0.saturating_sub(MINUTE);
    let is_heard =
        |message: &&Message| matches!(message.body, Body::Inbound { .. }) && message.at.0 > since;
    conversation.log.iter().rev().filter(is_heard).count() >= MESSAGES_A_MINUTE
}

/// What a message offered.
enum Offered<'a> {
    Button(&'a Button),
    Row(&'a Row),
}

/// The newest button or row with this id.
fn offered<'c>(conversation: &'c Conversation, id: &str) -> Option<Offered<'c>> {
    let mut contents = conversation.log.iter().rev().filter_map(|message| match &message.body {
        Body::Outbound { content } => Some(content),
        Body::Inbound { .. } => None,
    });
    contents.find_map(|content| match content {
        Content::Buttons { buttons, .. } | Content::Template { buttons, .. } => {
            buttons.iter().find(|button| button.id == id).map(Offered::Button)
        }
        Content::List { sections, .. } => {
            let mut rows = sections.iter().flat_map(|section| &section.rows);
            rows.find(|row| row.id == id).map(Offered::Row)
        }
        Content::Text { .. } | Content::Media { .. } => None,
    })
}

#[cfg(test)]
mod tests;
