//! The messages of a conversation, the newest first.

use console::LogReader;
use conversation::Message;
use flow::Timestamp;
use store::{Kv, Store, StoreError};
use uuid::Uuid;

use crate::case::between;
use crate::{MessageKey, MessageView, MessagesRequest, MessagesView, Participants};

/// Messages on a page.
pub const MESSAGES: u64 = 25;

/// A page of the messages of a conversation of the team. `None`: there is none between these two.
///
/// # Errors
/// When the store fails.
pub async fn messages<K: Kv>(
    store: &Store<K>,
    team: &str,
    wanted: &MessagesRequest,
) -> Result<Option<MessagesView>, StoreError> {
    let found = between(store, team, &wanted.participants).await?;
    let Some(conversation) = found else { return Ok(None) };
    let log = LogReader::new(store, &conversation);
    let last = match &wanted.start {
        None => log.count(),
        Some(key) => before(&log, key).await?,
    };
    let first = last.saturating_sub(MESSAGES - 1).max(1);
    let page = log.range(first, last).await?;
    let has_more = first > 1 && last > 0;
    let oldest = page.first().filter(|_| has_more).map(MessageKey::of);
    let views = page.iter().rev().map(|message| MessageView::of(&conversation, message));
    Ok(Some(MessagesView {
        db_object: views.collect(),
        has_more_items_to_fetch: oldest.is_some(),
        last_evaluated_key: oldest,
    }))
}

/// The number of the last message before the one that a key names. What a turn hears and says has one time: the id says
/// which it is. Where there is none of the id, of that time, what was said by then comes next.
async fn before<K: Kv>(log: &LogReader<'_, K>, key: &MessageKey) -> Result<u64, StoreError> {
    let by_then = log.number_at(Timestamp(key.created_at)).await?;
    let mut last = by_then;
    while last > 0 {
        let first = last.saturating_sub(MESSAGES - 1).max(1);
        let page = log.range(first, last).await?;
        let is_it = |message: &&Message| message.id.to_string() == key.message_id;
        if let Some(message) = page.iter().find(is_it) {
            return Ok(message.sequence - 1);
        }
        if page.first().is_none_or(|oldest| oldest.at.0 < key.created_at) {
            break;
        }
        last = first - 1;
    }
    Ok(by_then)
}

/// WhatsApp's id of a message that another answers: what is no id of ours is one of WhatsApp's. `None`: ours names no
/// message of the conversation, or one that WhatsApp has not taken.
///
/// # Errors
/// When the store fails.
pub async fn answered<K: Kv>(
    store: &Store<K>,
    team: &str,
    participants: &Participants,
    id: &str,
) -> Result<Option<String>, StoreError> {
    let Ok(own) = id.parse::<Uuid>() else { return Ok(Some(id.to_owned())) };
    let Some(conversation) = between(store, team, participants).await? else { return Ok(None) };
    let message = LogReader::new(store, &conversation).find(own).await?;
    Ok(message.and_then(|message| message.provider_id))
}
