//! The one place where contacts are created and changed. What announces a contact is written before it: its entry in
//! the team's list, that what it is called changes, that it has an email address, the tags that are new.

use conversation::{Contact, identity};
use flow::Timestamp;
use store::{Change, Kv, Store, StoreError, from_json, keys, to_json, together};
use uuid::Uuid;

use crate::{Person, email, link, list, names, tags};

/// How many links are followed one after another: see [`link`].
const LOOKS: usize = 6;

/// Where a contact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin<'a> {
    /// What its id is derived from: an E.164 number, or another id of a channel.
    pub address: &'a str,
    /// What creates it: `api`, `whatsapp`, ….
    pub source: &'a str,
}

/// The contact of an id, if it is the team's.
///
/// # Errors
/// When the store fails.
pub async fn load<K: Kv>(
    store: &Store<K>,
    team: &str,
    id: Uuid,
) -> Result<Option<Contact>, StoreError> {
    match link::own(store, team, id).await? {
        Some(contact) if is_only_a_link(&contact) => link::follow(store, contact).await,
        contact => Ok(contact),
    }
}

/// The contacts of these ids, in their order, as [`load`] finds one.
///
/// # Errors
/// When the store fails.
pub(crate) async fn load_all<K: Kv>(
    store: &Store<K>,
    team: &str,
    ids: impl Iterator<Item = Uuid>,
) -> Result<Vec<Option<Contact>>, StoreError> {
    let keys: Vec<String> = ids.map(|id| keys::contact(&id.to_string())).collect();
    let own = store.read_json_all(&keys, |_, contact: Contact| contact).await?;
    let own = own.into_iter().map(|contact| contact.filter(|contact| contact.team == team));
    together(own.map(async |contact| match contact {
        Some(contact) if is_only_a_link(&contact) => link::follow(store, contact).await,
        contact => Ok(contact),
    }))
    .await
}

/// Whether a document is no contact: no list names it, and it has nothing of its own.
fn is_only_a_link(contact: &Contact) -> bool {
    contact.link.is_some() && contact.listed.is_none()
}

/// The contact of an address, created if there is none, after `act`. Applied twice, `act` must do what it does once. What
/// it leaves as it was costs no write.
///
/// # Errors
/// Those of `act`, and when the store fails.
pub async fn find_or_create<K: Kv, E: From<StoreError>>(
    store: &Store<K>,
    team: &str,
    origin: Origin<'_>,
    now: Timestamp,
    act: impl FnMut(&mut Contact) -> Result<(), E>,
) -> Result<Contact, E> {
    Ok(find_or_create_person(store, team, origin, now, act).await?.contact)
}

/// [`find_or_create`], and where the messages of that address were taken before.
///
/// # Errors
/// Those of `act`, and when the store fails.
pub async fn find_or_create_person<K: Kv, E: From<StoreError>>(
    store: &Store<K>,
    team: &str,
    origin: Origin<'_>,
    now: Timestamp,
    mut act: impl FnMut(&mut Contact) -> Result<(), E>,
) -> Result<Person, E> {
    let (mut address, mut before) = (origin.address.to_owned(), None);
    for _ in 0..LOOKS {
        let id = identity::contact(team, &address);
        if let Some(contact) = link::own(store, team, id).await? {
            before.get_or_insert_with(|| link::before(&contact));
            if let Some(link) = contact.link {
                address = link.address;
                continue;
            }
            let mut changed = contact.clone();
            act(&mut changed)?;
            if changed == contact && contact.listed.is_some() {
                return Ok(Person { contact, before: before.unwrap_or_default() });
            }
        }
        let origin = Origin { address: &address, ..origin };
        match write(store, team, id, Some(origin), now, &mut act).await? {
            Written::Contact(contact) => {
                return Ok(Person { contact: *contact, before: before.unwrap_or_default() });
            }
            // It became a link meanwhile.
            Written::Elsewhere(_) => {}
            // Two teams with one id: what is derived from different names is different.
            Written::Nothing => break,
        }
    }
    Err(StoreError::Corrupt { key: keys::contact(&identity::contact(team, &address).to_string()) }
        .into())
}

/// Changes the contact of an id, if it is the team's; `None` if there is none. Applied twice, `act` must do what it does
/// once. What it leaves as it was costs no write.
///
/// # Errors
/// Those of `act`, and when the store fails.
pub async fn change<K: Kv, E: From<StoreError>>(
    store: &Store<K>,
    team: &str,
    id: Uuid,
    now: Timestamp,
    mut act: impl FnMut(&mut Contact) -> Result<(), E>,
) -> Result<Option<Contact>, E> {
    let mut id = id;
    for _ in 0..LOOKS {
        match write(store, team, id, None, now, &mut act).await? {
            Written::Contact(contact) => return Ok(Some(*contact)),
            Written::Elsewhere(contact) => id = contact,
            Written::Nothing => return Ok(None),
        }
    }
    Err(StoreError::Corrupt { key: keys::contact(&id.to_string()) }.into())
}

/// What [`write`] came to.
enum Written {
    /// The contact as it is now.
    Contact(Box<Contact>),
    /// The document is a link, to the contact of this id.
    Elsewhere(Uuid),
    /// There is no contact, and nothing to create it with.
    Nothing,
}

async fn write<K: Kv, E: From<StoreError>>(
    store: &Store<K>,
    team: &str,
    id: Uuid,
    origin: Option<Origin<'_>>,
    now: Timestamp,
    mut act: impl FnMut(&mut Contact) -> Result<(), E>,
) -> Result<Written, E> {
    let key = keys::contact(&id.to_string());
    let mut listed = None;
    store
        .update(&key, async |current: Option<Vec<u8>>| {
            let before: Option<Contact> = current.map(|json| from_json(&key, &json)).transpose()?;
            let mut contact = match (&before, origin) {
                (Some(contact), _) if contact.team == team => contact.clone(),
                (None, Some(origin)) => Contact::new(team, origin.address, origin.source, now),
                _ => return Ok(Change::Keep(Written::Nothing)),
            };
            // By address each link counts; by id one that has nothing of its own.
            if let Some(link) = &contact.link
                && (origin.is_some() || is_only_a_link(&contact))
            {
                let contact = identity::contact(team, &link.address);
                return Ok(Change::Keep(Written::Elsewhere(contact)));
            }
            act(&mut contact)?;
            if let Some(before) = &before {
                if *before != contact {
                    let last = contact.changed_at();
                    contact.updated_at = Some(now.max(last.plus_millis(1)));
                } else if contact.listed.is_some() {
                    return Ok(Change::Keep(Written::Contact(Box::new(contact))));
                }
            }
            announce(store, before.as_ref(), &mut contact, &mut listed, now).await?;
            Ok(Change::Write(to_json(&key, &contact)?, Written::Contact(Box::new(contact))))
        })
        .await
}

/// Writes what names a contact elsewhere. One that was stored before there was a list is listed when it is next written.
async fn announce<K: Kv>(
    store: &Store<K>,
    before: Option<&Contact>,
    contact: &mut Contact,
    listed: &mut Option<u64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let is_unlisted = contact.listed.is_none();
    if is_unlisted {
        // Once is enough, however often a conflict makes the change be applied.
        let n = match *listed {
            Some(n) => n,
            None => list::append(store, &contact.team, contact.id).await?,
        };
        *listed = Some(n);
        contact.listed = Some(n);
    }
    let before = before.filter(|_| !is_unlisted);
    if let Some(before) = before {
        names::before_change(store, before, contact).await?;
    }
    let had_email = before.and_then(|before| before.email.as_deref());
    if let Some(email) = contact.email.as_deref().filter(|email| had_email != Some(*email)) {
        email::note(store, &contact.team, email, contact.id).await?;
    }
    let had = before.map_or(&[][..], |before| &before.tags);
    let new: Vec<&str> =
        contact.tags.iter().filter(|tag| !had.contains(tag)).map(String::as_str).collect();
    tags::define(store, &contact.team, &new, now).await
}
