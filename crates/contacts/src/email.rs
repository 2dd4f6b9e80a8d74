//! Who has which email address: written before the contact has it. Whether it has it (still), only the contact knows.

use conversation::Contact;
use serde::{Deserialize, Serialize};
use store::{Change, Kv, Store, StoreError, from_json, keys, to_json};
use uuid::Uuid;

use crate::stored::load_all;

/// Contacts that are remembered for one address, which is as many as a search shows.
const MAX_HOLDERS: usize = crate::MAX_FOUND;

/// The document `contact-email:<team>:<address>`.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Holders {
    /// Newest last.
    contacts: Vec<Uuid>,
}

/// The form in which addresses that are the same are equal. (That upper and lower case are the same is not what RFC 5321
/// says of the part before the `@`, but what every provider does.)
pub(crate) fn folded(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Notes that a contact is to have an address, and is the newest of its holders.
pub(crate) async fn note<K: Kv>(
    store: &Store<K>,
    team: &str,
    email: &str,
    contact: Uuid,
) -> Result<(), StoreError> {
    let key = keys::contact_email(team, &folded(email));
    store
        .update(&key, async |current: Option<Vec<u8>>| {
            let mut holders: Holders =
                current.map(|json| from_json(&key, &json)).transpose()?.unwrap_or_default();
            if holders.contacts.last() == Some(&contact) {
                return Ok(Change::Keep(()));
            }
            holders.contacts.retain(|holder| *holder != contact);
            holders.contacts.push(contact);
            let extra = holders.contacts.len().saturating_sub(MAX_HOLDERS);
            holders.contacts.drain(..extra);
            Ok(Change::Write(to_json(&key, &holders)?, ()))
        })
        .await
}

/// The contacts of a team that have an address, the newest holder first.
pub(crate) async fn holders<K: Kv>(
    store: &Store<K>,
    team: &str,
    email: &str,
) -> Result<Vec<Contact>, StoreError> {
    let email = folded(email);
    let holders: Option<Holders> = store.read_json(&keys::contact_email(team, &email)).await?;
    let ids = holders.unwrap_or_default().contacts;
    let contacts = load_all(store, team, ids.into_iter().rev()).await?;
    Ok(contacts.into_iter().flatten().filter(|contact| has(contact, &email)).collect())
}

/// Whether a contact has an address, which is [`folded`].
pub(crate) fn has(contact: &Contact, email: &str) -> bool {
    contact.email.as_deref().is_some_and(|own| folded(own) == email)
}
