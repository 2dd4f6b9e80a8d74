//! What the actions API does with contacts, each request one function. One with an `Idempotency-Key` is done once for it:
//! come again, it shows the contact as it is by then.

use conversation::{Contact, KeyReused, KeyUse};
use fields::FieldError;
use flow::Timestamp;
use store::{Kv, Store, StoreError};

use crate::{
    ContactRef, ContactView, Details, NewContact, OnTags, Origin, Sought, TagAddedView,
    TagRemovedView, TagRequest, UpdatedView, activity, change, find_or_create,
};

/// The source of contacts that come over the API.
const SOURCE: &str = "api";

/// Why a request was not done; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// The team has no such contact.
    #[error("no such contact")]
    NotFound,
    /// With what the contact already has, it would be too much.
    #[error("the contact would have too much")]
    Invalid(Vec<FieldError>),
    /// The `Idempotency-Key` came with another body before.
    #[error(transparent)]
    KeyReused(#[from] KeyReused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Vec<FieldError>> for ContactError {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::Invalid(errors)
    }
}

/// `create-contact`: creates the contact of a phone, or changes the one that there is: what is given of name and email is
/// set, tags are added, metadata is merged. It counts as the team's word that the contact agreed to messages, unless there
/// is a word already; a contact's own STOP stays. (That is no reason to refuse: keeping a contact sends it nothing.)
///
/// # Errors
/// [`ContactError`], but never that there is none.
pub async fn create<K: Kv>(
    store: &Store<K>,
    team: &str,
    new: &NewContact,
    used: Option<&KeyUse>,
    now: Timestamp,
) -> Result<ContactView, ContactError> {
    Ok(shown(store, &upsert(store, team, new, used, now).await?).await?)
}

/// The contact that [`create`] shows.
///
/// # Errors
/// As [`create`].
pub async fn upsert<K: Kv>(
    store: &Store<K>,
    team: &str,
    new: &NewContact,
    used: Option<&KeyUse>,
    now: Timestamp,
) -> Result<Contact, ContactError> {
    let origin = Origin { address: new.phone.as_str(), source: SOURCE };
    let act = |contact: &mut Contact| {
        contact.presume_consent(now);
        Ok(new.details.apply(contact, OnTags::Add)?)
    };
    find_or_create(store, team, origin, now, |contact| once(contact, used, act)).await
}

/// `update-contact`.
///
/// # Errors
/// [`ContactError`].
pub async fn update<K: Kv>(
    store: &Store<K>,
    team: &str,
    (contact, details): (&ContactRef, &Details),
    used: Option<&KeyUse>,
    now: Timestamp,
) -> Result<UpdatedView, ContactError> {
    let act = |contact: &mut Contact| Ok(details.apply(contact, OnTags::Replace)?);
    let changed = changed(store, team, contact, (used, now), act).await?;
    Ok(UpdatedView::of(&changed))
}

/// `get-contact`.
///
/// # Errors
/// [`ContactError`].
pub async fn get<K: Kv>(
    store: &Store<K>,
    team: &str,
    sought: &Sought,
) -> Result<ContactView, ContactError> {
    let contact = sought.find(store, team).await?.ok_or(ContactError::NotFound)?;
    Ok(shown(store, &contact).await?)
}

/// `add-tag`.
///
/// # Errors
/// [`ContactError`].
pub async fn add_tag<K: Kv>(
    store: &Store<K>,
    team: &str,
    request: &TagRequest,
    used: Option<&KeyUse>,
    now: Timestamp,
) -> Result<TagAddedView, ContactError> {
    let act = |contact: &mut Contact| Ok(request.add_to(contact)?);
    let changed = changed(store, team, &request.contact, (used, now), act).await?;
    Ok(TagAddedView::of(&changed, &request.tag))
}

/// `remove-tag`.
///
/// # Errors
/// [`ContactError`].
pub async fn remove_tag<K: Kv>(
    store: &Store<K>,
    team: &str,
    request: &TagRequest,
    used: Option<&KeyUse>,
    now: Timestamp,
) -> Result<TagRemovedView, ContactError> {
    let act = |contact: &mut Contact| {
        request.remove_from(contact);
        Ok(())
    };
    let changed = changed(store, team, &request.contact, (used, now), act).await?;
    Ok(TagRemovedView::of(&changed, &request.tag))
}

async fn changed<K: Kv>(
    store: &Store<K>,
    team: &str,
    contact: &ContactRef,
    (used, now): (Option<&KeyUse>, Timestamp),
    mut act: impl FnMut(&mut Contact) -> Result<(), ContactError>,
) -> Result<Contact, ContactError> {
    let id = contact.id(team);
    let changed = change(store, team, id, now, |contact| once(contact, used, &mut act)).await?;
    changed.ok_or(ContactError::NotFound)
}

/// Does what a request wants, unless it did so before. Its key is remembered in the write that the change costs anyway:
/// what changes nothing is written for no key's sake.
fn once(
    contact: &mut Contact,
    used: Option<&KeyUse>,
    act: impl FnOnce(&mut Contact) -> Result<(), ContactError>,
) -> Result<(), ContactError> {
    let Some(used) = used else { return act(contact) };
    if contact.keys.has(used)? {
        return Ok(());
    }
    let before = contact.clone();
    act(contact)?;
    if *contact != before {
        contact.keys.remember(used);
    }
    Ok(())
}

/// A contact as it is shown, with when the last message was written and how many there were.
///
/// # Errors
/// When the store fails.
pub async fn shown<K: Kv>(store: &Store<K>, contact: &Contact) -> Result<ContactView, StoreError> {
    let accounts = activity::accounts(store, &contact.team).await?;
    let activity = activity::of(store, &accounts, &[contact]).await?;
    Ok(ContactView::of(contact, activity.first().copied().unwrap_or_default()))
}
