//! Reading what entries name: each document once, several at the same time.

use std::collections::HashMap;

use conversation::{Contact, Conversation};
use serde::de::DeserializeOwned;
use store::{Kv, Store, StoreError, keys};
use uuid::Uuid;

/// Entries that are looked at in one go, whose conversations are held in memory (256 KiB each at most).
pub(crate) const TOGETHER: usize = 32;

/// Of the document of a conversation, what a list reads.
pub(crate) trait Part: DeserializeOwned {
    /// Whose conversation it is.
    fn team(&self) -> &str;
}

impl Part for Conversation {
    fn team(&self) -> &str {
        &self.team
    }
}

/// The conversations of these ids that are the team's.
pub(crate) async fn conversations<K: Kv, P: Part>(
    store: &Store<K>,
    team: &str,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, P>, StoreError> {
    let mut found: HashMap<Uuid, P> = conversations_of_all(store, ids).await?;
    found.retain(|_, conversation| conversation.team() == team);
    Ok(found)
}

/// The conversations of these ids, whosever they are.
pub(crate) async fn conversations_of_all<K: Kv, P: Part>(
    store: &Store<K>,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, P>, StoreError> {
    documents(store, ids, keys::conversation).await
}

/// The contacts of these ids that are the team's.
pub(crate) async fn contacts<K: Kv>(
    store: &Store<K>,
    team: &str,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Contact>, StoreError> {
    let mut found: HashMap<Uuid, Contact> = documents(store, ids, keys::contact).await?;
    found.retain(|_, contact| contact.team == team);
    Ok(found)
}

async fn documents<K: Kv, T: DeserializeOwned>(
    store: &Store<K>,
    ids: impl Iterator<Item = Uuid>,
    key: fn(&str) -> String,
) -> Result<HashMap<Uuid, T>, StoreError> {
    let mut ids: Vec<Uuid> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let keys: Vec<String> = ids.iter().map(|id| key(&id.to_string())).collect();
    let read = store.read_json_all(&keys, |_, document: T| document).await?;
    Ok(ids.into_iter().zip(read).filter_map(|(id, document)| Some((id, document?))).collect())
}
