//! Messages that could not be sent, newest first: for the operator, of all teams.

use std::collections::HashMap;

use conversation::{Body, Channel, Conversation, Message, MessageError, MessageStatus};
use flow::Content;
use serde::Serialize;
use store::{Kv, Store, StoreError, keys};
use uuid::Uuid;

use crate::SHOWN;
use crate::entry::FailureEntry;
use crate::read::{TOGETHER, conversations_of_all};
use crate::ring::Ring;

/// A message that failed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FailureView {
    /// The message.
    pub id: Uuid,
    /// In which conversation.
    pub conversation_id: Uuid,
    /// Whose.
    pub team: String,
    /// Where it should have gone.
    pub channel: Channel,
    /// From which account of the team.
    pub account: String,
    /// To whom.
    pub address: String,
    /// What it says.
    pub content: Content,
    /// Why it failed: a provider's code, or ours.
    pub error: Option<MessageError>,
    /// When it was written, in RFC 3339.
    pub created_at: String,
}

/// The newest [`SHOWN`] messages that failed and were not sent again, of one team if one is given, among the
/// [`SLOTS`](crate::SLOTS) entries written last. Of those that are no more among the newest of their conversation nothing
/// is shown.
///
/// # Errors
/// When the store fails.
pub async fn failures<K: Kv>(
    store: &Store<K>,
    team: Option<&str>,
) -> Result<Vec<FailureView>, StoreError> {
    let ring = Ring::new(store, keys::failed());
    let numbers = ring.numbers().await?;
    let mut found = Vec::new();
    for some in numbers.chunks(TOGETHER) {
        let entries: Vec<(u64, FailureEntry)> = ring.read(some).await?;
        let ids = entries.iter().map(|(_, entry)| entry.conversation);
        let all: HashMap<_, Conversation> = conversations_of_all(store, ids).await?;
        for (_, entry) in entries {
            let conversation = all.get(&entry.conversation);
            let conversation = conversation.filter(|of| team.is_none_or(|team| of.team == team));
            found.extend(conversation.and_then(|of| shown(of, of.message(entry.message)?)));
        }
        if found.len() >= SHOWN {
            found.truncate(SHOWN);
            break;
        }
    }
    Ok(found)
}

/// The conversation of a message that failed, among the [`SLOTS`](crate::SLOTS) written last.
///
/// # Errors
/// When the store fails.
pub async fn conversation_of_failure<K: Kv>(
    store: &Store<K>,
    message: Uuid,
) -> Result<Option<Uuid>, StoreError> {
    let ring = Ring::new(store, keys::failed());
    for some in ring.numbers().await?.chunks(TOGETHER) {
        let entries: Vec<(u64, FailureEntry)> = ring.read(some).await?;
        if let Some((_, entry)) = entries.iter().find(|(_, entry)| entry.message == message) {
            return Ok(Some(entry.conversation));
        }
    }
    Ok(None)
}

fn shown(conversation: &Conversation, message: &Message) -> Option<FailureView> {
    let Body::Outbound { content } = &message.body else { return None };
    let is_open = message.status == MessageStatus::Failed && message.resent_as.is_none();
    is_open.then(|| FailureView {
        id: message.id,
        conversation_id: conversation.id,
        team: conversation.team.clone(),
        channel: conversation.channel,
        account: conversation.account.clone(),
        address: conversation.address.clone(),
        content: content.clone(),
        error: message.error.clone(),
        created_at: message.at.to_rfc3339(),
    })
}
