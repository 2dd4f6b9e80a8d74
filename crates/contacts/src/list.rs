//! The list of a team's contacts: a counter with slots, one for each, in the order in which they were created. What
//! changes of a contact is not in its slot.

use conversation::Contact;
use futures::future::join_all;
use store::{Kv, Store, StoreError, keys};
use uuid::Uuid;

/// Reads that are made at the same time.
pub(crate) const TOGETHER: usize = 32;

/// Names a contact in the list of its team, before it is written. The number of its slot.
pub(crate) async fn append<K: Kv>(
    store: &Store<K>,
    team: &str,
    id: Uuid,
) -> Result<u64, StoreError> {
    store.append(&keys::contacts(team), id.as_bytes()).await
}

/// The contacts of these slots, but for those that another slot stands for: creators that met, or died, left theirs.
pub(crate) async fn contacts<K: Kv>(
    store: &Store<K>,
    team: &str,
    numbers: &[u64],
) -> Result<Vec<Contact>, StoreError> {
    let list = keys::contacts(team);
    let one = async |n: u64| {
        let slot = store.slot(&list, n).await?;
        let Some(id) = slot.and_then(|id| Uuid::from_slice(&id).ok()) else { return Ok(None) };
        let contact = crate::load(store, team, id).await?;
        Ok(contact.filter(|contact| contact.listed == Some(n)))
    };
    let mut found = Vec::with_capacity(numbers.len());
    for some in numbers.chunks(TOGETHER) {
        let read: Vec<Result<Option<Contact>, StoreError>> =
            join_all(some.iter().map(|n| one(*n))).await;
        for contact in read {
            found.extend(contact?);
        }
    }
    Ok(found)
}
