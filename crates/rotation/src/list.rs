//! The list of the teams that have something sealed. A team on it that has nothing is harmless.

use conversation::identity;
use serde::{Deserialize, Serialize};
use store::{EnlistError, Entry, Index, Kv, Store, StoreError, keys};
use uuid::Uuid;

/// More than there will be: a page of the list has some thousand.
const MOST: usize = 10_000_000;

/// A team, in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Listed {
    id: Uuid,
    /// Its name.
    pub team: String,
}

impl Entry for Listed {
    fn id(&self) -> Uuid {
        self.id
    }

    /// Always the same: so the place of a team is known, and it is listed once, without a look at every page.
    fn created_at(&self) -> u64 {
        0
    }

    fn updated_at(&self) -> u64 {
        0
    }
}

/// The list.
pub(crate) fn list<K: Kv>(store: &Store<K>) -> Index<'_, K, Listed> {
    Index::new(store, keys::sealed())
}

/// Lists a team before something is sealed for it: at most one write.
///
/// # Errors
/// When the store fails: asking again is safe.
pub async fn announce<K: Kv>(store: &Store<K>, team: &str) -> Result<(), StoreError> {
    let listed = Listed { id: identity::derive("team", &[team]), team: team.to_owned() };
    match list(store).enlist(&listed, MOST).await {
        Ok(_) => Ok(()),
        Err(EnlistError::Store(error)) => Err(error),
        Err(EnlistError::Full(_)) => Err(StoreError::Corrupt { key: keys::sealed() }),
    }
}
