//! The list of a team's contacts: a counter with slots, one for each, in the order in which they were created. What
//! changes of a contact is not in its slot.

use conversation::Contact;
use store::{Kv, Store, StoreError, keys};
use uuid::Uuid;

use crate::stored::load_all;

/// Names a contact in the list of its team, before it is written. The number of its slot.
pub(crate) async fn append<K: Kv>(
    store: &Store<K>,
    team: &str,
    id: Uuid,
) -> Result<u64, StoreError> {
    store.append(&keys::contacts(team), id.as_bytes()).await
}

/// A part of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Newest first.
    pub contacts: Vec<Contact>,
    /// The number of the last slot that was looked at, before which the next part is; absent where there is no more.
    pub next: Option<u64>,
}

/// The contacts of the `slots` newest places of a team's list, or of those before the place `before`. There may be fewer,
/// also where there are more to come: what creators that met left behind is passed over.
///
/// # Errors
/// When the store fails.
pub async fn page<K: Kv>(
    store: &Store<K>,
    team: &str,
    before: Option<u64>,
    slots: u64,
) -> Result<Page, StoreError> {
    let newest = store.count(&keys::contacts(team)).await?;
    let newest = before.map_or(newest, |before| newest.min(before.saturating_sub(1)));
    let oldest = newest.saturating_sub(slots) + 1;
    let numbers: Vec<u64> = (oldest..=newest).rev().collect();
    let contacts = contacts_of(holders(store, team, &numbers).await?);
    Ok(Page { contacts, next: Some(oldest).filter(|oldest| *oldest > 1) })
}

/// Who is in a slot of the list.
#[derive(Debug)]
pub(crate) enum Holder {
    /// This contact.
    Contact(Box<Contact>),
    /// Nobody, for good: its contact is in another. Creators that met left it behind.
    Nobody,
    /// Nobody yet. A creator may be about to write the contact, or died before it had.
    Unknown,
}

/// The contacts, without the slots that are nobody's.
pub(crate) fn contacts_of(holders: Vec<(u64, Holder)>) -> Vec<Contact> {
    let contact = |(_, holder)| match holder {
        Holder::Contact(contact) => Some(*contact),
        Holder::Nobody | Holder::Unknown => None,
    };
    holders.into_iter().filter_map(contact).collect()
}

/// Who is in these slots, in their order.
pub(crate) async fn holders<K: Kv>(
    store: &Store<K>,
    team: &str,
    numbers: &[u64],
) -> Result<Vec<(u64, Holder)>, StoreError> {
    let list = keys::contacts(team);
    let slots = store.slots(&list, numbers).await?;
    let ids: Vec<Option<Uuid>> = slots.into_iter().map(|id| Uuid::from_slice(&id?).ok()).collect();
    let mut contacts = load_all(store, team, ids.iter().copied().flatten()).await?.into_iter();
    let holder = |(n, id): (&u64, Option<Uuid>)| {
        let holder = match id.and_then(|_| contacts.next().flatten()) {
            Some(contact) if contact.listed == Some(*n) => Holder::Contact(Box::new(contact)),
            Some(contact) if contact.listed.is_some() => Holder::Nobody,
            _ => Holder::Unknown,
        };
        (*n, holder)
    };
    Ok(numbers.iter().zip(ids).map(holder).collect())
}
