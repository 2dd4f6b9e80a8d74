//! One person under several addresses: a phone, and the id by which WhatsApp knows who shows no phone (`id:US.…`).
//!
//! The contact of an address is the document whose id is derived from it, so that document is the one place where it is
//! decided, by a conditional write, whom the address means: a contact of its own, or a [`Link`] to another's. Whoever
//! creates the contact, or the link, comes first; the other finds it there. So two hosts that hear of a phone and an id
//! at once, in whatever order, come to one contact:
//! - the phone's contact was there: the id's document becomes a link to it;
//! - the id's was there: the phone's becomes a link, and the contact learns its phone;
//! - both were there: nothing is merged. The phone's is the one from now on. The id's stays for what began with it, and is
//!   a link besides, which remembers where messages were taken before: one that is delivered again must be known there.
//!
//! A link is followed by address; by id only where it is nothing but a link, which no list names.

use conversation::{Contact, Link, identity};
use flow::Timestamp;
use store::{Change, Kv, Store, StoreError, from_json, keys, to_json};
use uuid::Uuid;

use crate::stored::{self, Origin};

/// Links that are followed one after another: a phone to an id's contact, which is another phone's by now; and one to spare.
const MAX_HOPS: usize = 3;
/// Addresses under which messages may have been taken before: a person who changes the number each year takes as long.
const MAX_BEFORE: usize = 8;
/// How often it is looked anew when others decide at the same time: each does so once.
const TRIES: usize = 8;

/// A person, by what a provider knows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The contact.
    pub contact: Contact,
    /// Addresses under which its messages may have been taken before.
    pub before: Vec<String>,
}

/// What the document of an address's contact is: the contact, or a link. Not followed.
pub(crate) async fn own<K: Kv>(
    store: &Store<K>,
    team: &str,
    id: Uuid,
) -> Result<Option<Contact>, StoreError> {
    let contact: Option<Contact> = store.read_json(&keys::contact(&id.to_string())).await?;
    Ok(contact.filter(|contact| contact.team == team))
}

/// Whom a document means in the end. `None`: a contact that is not created yet.
pub(crate) async fn follow<K: Kv>(
    store: &Store<K>,
    mut contact: Contact,
) -> Result<Option<Contact>, StoreError> {
    for _ in 0..MAX_HOPS {
        let Some(link) = &contact.link else { return Ok(Some(contact)) };
        let id = identity::contact(&contact.team, &link.address);
        let Some(next) = own(store, &contact.team, id).await? else { return Ok(None) };
        contact = next;
    }
    Ok(Some(contact))
}

/// The contact of an address, and where its messages were taken before. `None`: there is none.
///
/// # Errors
/// When the store fails.
pub async fn by_address<K: Kv>(
    store: &Store<K>,
    team: &str,
    address: &str,
) -> Result<Option<Person>, StoreError> {
    let Some(own) = own(store, team, identity::contact(team, address)).await? else {
        return Ok(None);
    };
    let before = before(&own);
    Ok(follow(store, own).await?.map(|contact| Person { contact, before }))
}

/// The one contact of a phone and an id, created if there is none, after `act`: see the module. Applied twice, `act` must
/// do what it does once.
///
/// # Errors
/// Those of `act`, and when the store fails.
pub async fn find_or_create_linked<K: Kv, E: From<StoreError>>(
    store: &Store<K>,
    team: &str,
    (phone, id): (Origin<'_>, &str),
    now: Timestamp,
    mut act: impl FnMut(&mut Contact) -> Result<(), E>,
) -> Result<Person, E> {
    let (of_phone, of_id) = (identity::contact(team, phone.address), identity::contact(team, id));
    let by_id = Origin { address: id, ..phone };
    for _ in 0..TRIES {
        let Some(known) = own(store, team, of_id).await? else {
            create(store, &pointer(team, by_id, phone.address, now)).await?;
            continue;
        };
        // Its phone appears: unless the phone is known already, it is the contact's own from now on.
        if known.link.is_none() && own(store, team, of_phone).await?.is_none() {
            create(store, &pointer(team, phone, id, now)).await?;
            continue;
        }
        let person = stored::find_or_create_person(store, team, phone, now, |contact| {
            if contact.id == of_id && contact.phone.as_deref() != Some(phone.address) {
                contact.phone = Some(phone.address.to_owned());
            }
            act(contact)
        });
        let contact = person.await?.contact;
        let is_to_phone = |link: &Link| link.address == phone.address;
        if contact.id == of_id || known.link.as_ref().is_some_and(is_to_phone) {
            return Ok(Person { contact, before: before(&known) });
        }
        return Ok(move_over(store, &known, contact, phone.address, now).await?);
    }
    Err(StoreError::Contention { key: keys::contact(&of_id.to_string()) }.into())
}

/// Both were there: the id means the phone's contact from now on. Who opted out as the one has opted out as the other.
async fn move_over<K: Kv>(
    store: &Store<K>,
    known: &Contact,
    mut contact: Contact,
    phone: &str,
    now: Timestamp,
) -> Result<Person, StoreError> {
    let means = follow(store, known.clone()).await?;
    let opted_out = means.as_ref().and_then(|means| means.opted_out_at);
    // Whatever the team presumed of the other: only the contact's own word lifts a STOP, and it can say it again.
    if let Some(at) = opted_out {
        let opt_out = |contact: &mut Contact| {
            contact.opt_out(at);
            Ok::<_, StoreError>(())
        };
        let changed = stored::change(store, &known.team, contact.id, now, opt_out).await?;
        contact = changed.unwrap_or(contact);
    }
    let places = means.iter().flat_map(|means| means.phone.iter().chain(&means.address));
    let places: Vec<String> = places.cloned().collect();
    let key = keys::contact(&known.id.to_string());
    let before = store
        .update(&key, async |current: Option<Vec<u8>>| {
            let current: Option<Contact> =
                current.map(|json| from_json(&key, &json)).transpose()?;
            let Some(mut current) = current else { return Ok(Change::Keep(Vec::new())) };
            let mut before = before(&current);
            before.extend(places.iter().filter(|place| *place != phone).cloned());
            before.sort();
            before.dedup();
            before.truncate(MAX_BEFORE);
            current.link = Some(Link { address: phone.to_owned(), before: before.clone() });
            Ok::<_, StoreError>(Change::Write(to_json(&key, &current)?, before))
        })
        .await?;
    Ok(Person { contact, before })
}

pub(crate) fn before(contact: &Contact) -> Vec<String> {
    contact.link.as_ref().map(|link| link.before.clone()).unwrap_or_default()
}

/// A document that is nothing but a link.
fn pointer(team: &str, from: Origin<'_>, to: &str, now: Timestamp) -> Contact {
    let link = Link { address: to.to_owned(), before: Vec::new() };
    Contact { link: Some(link), ..Contact::new(team, from.address, from.source, now) }
}

/// Writes a link where nothing is yet.
async fn create<K: Kv>(store: &Store<K>, link: &Contact) -> Result<(), StoreError> {
    let key = keys::contact(&link.id.to_string());
    store
        .update(&key, async |current: Option<Vec<u8>>| match current {
            None => Ok(Change::Write(to_json(&key, link)?, ())),
            Some(_) => Ok(Change::Keep(())),
        })
        .await
}
