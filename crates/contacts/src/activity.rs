//! When a contact and a team last wrote to each other, and how often: what their conversations say, which are found by
//! their derived ids.

use conversation::{Contact, identity};
use flow::Timestamp;
use serde::Deserialize;
use store::{Kv, Store, StoreError, keys};
use teams::{Team, TeamChannel};
use uuid::Uuid;

/// Accounts of a team on which it is looked for who last wrote: of a hundred contacts so many conversations are read as
/// a search reads.
const MAX_ACCOUNTS: usize = 8;

/// What was said with a contact, in all live conversations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Activity {
    /// When the last message was written, by either.
    pub(crate) last_message_at: Option<Timestamp>,
    /// When the contact last wrote.
    last_inbound_at: Option<Timestamp>,
    /// Messages ever, of both.
    pub(crate) messages: u64,
}

/// Of the document of a conversation, what is needed here: all of it would bring the whole engine into a component.
#[derive(Debug, Deserialize)]
struct Spoken {
    sequence: u64,
    #[serde(default)]
    last_inbound_at: Option<Timestamp>,
    #[serde(default)]
    log: Vec<Said>,
}

#[derive(Debug, Deserialize)]
struct Said {
    at: Timestamp,
}

/// The channel accounts of a team.
pub(crate) async fn accounts<K: Kv>(
    store: &Store<K>,
    team: &str,
) -> Result<Vec<TeamChannel>, StoreError> {
    let team: Option<Team> = store.read_json(&keys::team(team)).await?;
    Ok(team.unwrap_or_default().channels)
}

/// What was said with each of these contacts: a read or two for each account and contact.
pub(crate) async fn of<K: Kv>(
    store: &Store<K>,
    accounts: &[TeamChannel],
    contacts: &[&Contact],
) -> Result<Vec<Activity>, StoreError> {
    let mut found = vec![Activity::default(); contacts.len()];
    let places: Vec<(usize, Uuid)> = contacts
        .iter()
        .enumerate()
        .flat_map(|(at, contact)| places(contact, accounts).map(move |id| (at, id)))
        .collect();
    let keys: Vec<String> =
        places.iter().map(|(_, id)| keys::conversation(&id.to_string())).collect();
    let spoken = store.read_json_all(&keys, |_, spoken: Spoken| spoken).await?;
    for ((at, _), spoken) in places.iter().zip(spoken) {
        if let Some(spoken) = spoken {
            let last = spoken.log.last().map(|said| said.at);
            found[*at].last_message_at = found[*at].last_message_at.max(last);
            let heard = spoken.last_inbound_at;
            found[*at].last_inbound_at = found[*at].last_inbound_at.max(heard);
            found[*at].messages += spoken.sequence;
        }
    }
    Ok(found)
}

/// When each of these contacts of a team last wrote, to any of the team's first [`MAX_ACCOUNTS`] accounts.
///
/// # Errors
/// When the store fails.
pub async fn last_heard<K: Kv>(
    store: &Store<K>,
    team: &str,
    contacts: &[&Contact],
) -> Result<Vec<Option<Timestamp>>, StoreError> {
    let mut accounts = accounts(store, team).await?;
    accounts.truncate(MAX_ACCOUNTS);
    let activity = of(store, &accounts, contacts).await?;
    Ok(activity.into_iter().map(|activity| activity.last_inbound_at).collect())
}

/// The conversations that a contact may have: one of two addresses, if its phone appeared later, has them under either.
fn places(contact: &Contact, accounts: &[TeamChannel]) -> impl Iterator<Item = Uuid> {
    let addresses = contact.phone.iter().chain(&contact.address);
    addresses.flat_map(move |address| {
        accounts.iter().map(move |TeamChannel { kind, account }| {
            identity::conversation(&contact.team, *kind, account, address)
        })
    })
}
