//! Finding a conversation, and changing its case.

use conversation::{CaseChange, Conversation, KeyUse, TurnError};
use flow::Timestamp;
use store::{Change, Kv, Store, StoreError, from_json, keys, to_json};
use uuid::Uuid;

use crate::Participants;

/// Why a case is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// There is no such conversation.
    #[error("no such conversation")]
    NotFound,
    /// The change was refused.
    #[error(transparent)]
    Refused(#[from] TurnError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The conversation of a team that a text names: `<phoneNumberId>#<customerPhoneNumberId>` on WhatsApp, or our id on any
/// channel.
///
/// # Errors
/// When the store fails.
pub async fn find<K: Kv>(
    store: &Store<K>,
    team: &str,
    named: &str,
) -> Result<Option<Conversation>, StoreError> {
    if let Some(participants) = Participants::parse(named) {
        return between(store, team, &participants).await;
    }
    let Ok(id) = named.parse() else { return Ok(None) };
    load(store, team, id).await
}

/// The conversation of these two. Where there is none, the customer may be known by another address as well: the one whose
/// phone appeared later goes on under its id.
pub(crate) async fn between<K: Kv>(
    store: &Store<K>,
    team: &str,
    participants: &Participants,
) -> Result<Option<Conversation>, StoreError> {
    if let Some(found) = load(store, team, participants.conversation(team)).await? {
        return Ok(Some(found));
    }
    let Some(person) = contacts::by_address(store, team, &participants.address).await? else {
        return Ok(None);
    };
    let contact = person.contact;
    for address in contact.address.into_iter().chain(contact.phone) {
        let other = Participants { address, ..participants.clone() };
        if other != *participants
            && let Some(found) = load(store, team, other.conversation(team)).await?
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The conversation of an id, if it is the team's.
pub(crate) async fn load<K: Kv>(
    store: &Store<K>,
    team: &str,
    id: Uuid,
) -> Result<Option<Conversation>, StoreError> {
    let key = keys::conversation(&id.to_string());
    let conversation: Option<Conversation> = store.read_json(&key).await?;
    Ok(conversation.filter(|conversation| conversation.team == team))
}

/// Changes the case of a conversation of the team, once for each use of a key. The ids of tags for which it could not be
/// done; none of a request that was done before. One write, if anything changes.
///
/// # Errors
/// [`FileError`]; nothing was changed then.
pub async fn file<K: Kv>(
    store: &Store<K>,
    conversation: Uuid,
    change: &CaseChange,
    used: &KeyUse,
    clock: Timestamp,
) -> Result<Vec<String>, FileError> {
    let key = keys::conversation(&conversation.to_string());
    let mut undone = Vec::new();
    store
        .update(&key, async |current: Option<Vec<u8>>| {
            let json = current.ok_or(FileError::NotFound)?;
            let before: Conversation = from_json(&key, &json)?;
            let mut conversation = before.clone();
            // What was done before leaves nothing undone, or was what this very call did: then that stays known.
            if let Some(left) = conversation.file(change, used, clock)? {
                undone = left;
            }
            Ok::<_, FileError>(match conversation == before {
                true => Change::Keep(()),
                false => Change::Write(to_json(&key, &conversation)?, ()),
            })
        })
        .await?;
    Ok(undone)
}
