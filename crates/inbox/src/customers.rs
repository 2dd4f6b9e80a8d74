//! Customers: the contacts of a team, as the inbox knows them.

use contacts::ContactError;
use conversation::{Contact, KeyUse};
use flow::Timestamp;
use store::{Kv, Store, StoreError};

use crate::list::walk;
use crate::{CustomerView, CustomersRequest, Listed, NewCustomer, Position};

/// Where a contact's metadata has the link to a picture.
pub(crate) const PROFILE_IMAGE: &str = "profileImage";
/// Where it has what people of the team call the contact.
pub(crate) const NICKNAME: &str = "customerNickname";

/// Creates the customer of a phone, or changes the one there is. As with the actions API that counts as the team's word
/// that the customer agreed to messages, unless there is a word already. Done once for an `Idempotency-Key`.
///
/// # Errors
/// [`ContactError`], but never that there is none.
pub async fn customer<K: Kv>(
    store: &Store<K>,
    team: &str,
    new: &NewCustomer,
    used: Option<&KeyUse>,
    now: Timestamp,
) -> Result<CustomerView, ContactError> {
    let contact = contacts::upsert(store, team, &new.0, used, now).await?;
    let heard = contacts::last_heard(store, team, &[&contact]).await?;
    Ok(CustomerView::of(&contact, heard.into_iter().next().flatten()))
}

/// The customers of a team, the newest first. Pages are full but for the last.
///
/// # Errors
/// When the store fails.
pub async fn customers<K: Kv>(
    store: &Store<K>,
    team: &str,
    wanted: &CustomersRequest,
) -> Result<Listed<CustomerView>, StoreError> {
    let start = wanted.start.as_ref().map(|start| start.contact);
    let start = start.map(|contact| Position { contact, phone_number_id: None });
    let listed = walk(store, team, start.as_ref(), (wanted.limit, 1), async |contacts| {
        let at = |contact: &Contact| {
            contact.listed.map(|contact| Position { contact, phone_number_id: None })
        };
        Ok(contacts.into_iter().filter_map(|contact| Some((at(&contact)?, contact))).collect())
    })
    .await?;
    let contacts: Vec<&Contact> = listed.items.iter().collect();
    let heard = contacts::last_heard(store, team, &contacts).await?;
    let items = contacts.into_iter().zip(heard);
    let items = items.map(|(contact, heard)| CustomerView::of(contact, heard)).collect();
    Ok(Listed { items, next: listed.next })
}
