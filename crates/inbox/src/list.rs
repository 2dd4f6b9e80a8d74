//! The list of a team's conversations. It is the list of its contacts, the newest first, and what each has on the team's
//! accounts, found by its derived id: so no message has to be noted in a list.

use contacts::Page;
use conversation::{Channel, Contact};
use serde::{Deserialize, Serialize};
use store::{Kv, Store, StoreError, keys, together};
use teams::Team;

use crate::case::{between, load};
use crate::{ConversationView, ConversationsRequest, Participants};

/// Conversations that one request looks for, there or not.
pub const MAX_LOOKED_FOR: usize = 2_000;
/// Contacts that are looked at where the last of a page is to be found.
const LEAST: usize = 32;

/// Where a list goes on: what a page gives as `lastEvaluatedKey`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// The place of a contact in the list of the team's: what comes next is older.
    pub contact: u64,
    /// The account after which it goes on with that same contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number_id: Option<String>,
}

impl Position {
    /// The same; after the last of these accounts it goes on with the next contact.
    fn among(&self, accounts: &[&str]) -> Self {
        let (_, before) = accounts.split_last().unwrap_or((&"", &[]));
        let has_more = |after: &String| before.contains(&after.as_str());
        let phone_number_id = self.phone_number_id.clone().filter(has_more);
        Self { contact: self.contact, phone_number_id }
    }
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next one begins; absent where there is none.
    pub next: Option<Position>,
}

/// The conversations of a team on WhatsApp, on one account or on all, those first whose contact is the newest. Pages are
/// full but for the last, unless [`MAX_LOOKED_FOR`] were looked for before.
///
/// # Errors
/// When the store fails.
pub async fn conversations<K: Kv>(
    store: &Store<K>,
    team: &str,
    wanted: &ConversationsRequest,
) -> Result<Listed<ConversationView>, StoreError> {
    let known: Option<Team> = store.read_json(&keys::team(team)).await?;
    let known = known.unwrap_or_default();
    let asked = |account: &&str| wanted.account.as_deref().is_none_or(|asked| asked == *account);
    let accounts: Vec<&str> = known.accounts(Channel::Whatsapp).filter(asked).collect();
    if accounts.is_empty() {
        return Ok(Listed { items: Vec::new(), next: None });
    }
    let start = wanted.start.as_ref().map(|start| start.among(&accounts));
    let start = start.as_ref();
    walk(store, team, start, (wanted.limit, accounts.len()), async |contacts| {
        let places = places(&contacts, &accounts, start);
        let shown = together(places.iter().map(async |(at, contact, sides)| {
            let found = match contact.address {
                // Its phone appeared later.
                Some(_) if contact.phone.is_some() => between(store, team, sides).await?,
                _ => load(store, team, sides.conversation(team)).await?,
            };
            let shown = found.map(|found| ConversationView::of(&found, Some(contact)));
            Ok(shown.map(|shown| (at.clone(), shown)))
        }));
        Ok(shown.await?.into_iter().flatten().collect())
    })
    .await
}

type Place<'c> = (Position, &'c Contact, Participants);

/// Where the conversations of these contacts would be that come after `start`.
fn places<'c>(
    contacts: &'c [Contact],
    accounts: &[&str],
    start: Option<&Position>,
) -> Vec<Place<'c>> {
    let mut places = Vec::new();
    for contact in contacts {
        let address = contact.phone.as_deref().or(contact.address.as_deref());
        let (Some(number), Some(address)) = (contact.listed, address) else { continue };
        let after = start.filter(|start| start.contact == number);
        let after = after.and_then(|start| start.phone_number_id.as_deref());
        let after = after.and_then(|after| accounts.iter().position(|account| *account == after));
        let skipped = after.map_or(0, |at| at + 1);
        for account in accounts.iter().skip(skipped) {
            let (account, address) = ((*account).to_owned(), address.to_owned());
            let at = Position { contact: number, phone_number_id: Some(account.clone()) };
            places.push((at, contact, Participants { account, address }));
        }
    }
    places
}

/// Goes through the contacts of a team, the newest first, until `limit` of what `of` finds of them were found, and one more
/// to know whether there are. A contact counts for as many look-ups as `cost` says.
pub(crate) async fn walk<K: Kv, T>(
    store: &Store<K>,
    team: &str,
    start: Option<&Position>,
    (limit, cost): (usize, usize),
    mut of: impl AsyncFnMut(Vec<Contact>) -> Result<Vec<(Position, T)>, StoreError>,
) -> Result<Listed<T>, StoreError> {
    // The contact of the position itself, too, where it may have more.
    let is_begun = start.is_some_and(|start| start.phone_number_id.is_some());
    let mut before = start.map(|start| start.contact + u64::from(is_begun));
    let mut left = (MAX_LOOKED_FOR / cost.max(1)).max(limit + 1);
    let mut found: Vec<(Position, T)> = Vec::new();
    let mut wanted = limit + 1 + usize::from(is_begun);
    while found.len() <= limit && left > 0 {
        let slots = wanted.min(left);
        left -= slots;
        let Page { contacts, next } = contacts::page(store, team, before, slots as u64).await?;
        found.extend(of(contacts).await?);
        before = next;
        if next.is_none() {
            break;
        }
        // Where many have none, not one by one.
        wanted = (limit + 1).saturating_sub(found.len()).max(LEAST);
    }
    let is_cut = found.len() > limit;
    found.truncate(limit);
    let next = match (is_cut, before) {
        (true, _) => found.last().map(|(at, _)| at.clone()),
        (false, before) => before.map(|contact| Position { contact, phone_number_id: None }),
    };
    Ok(Listed { items: found.into_iter().map(|(_, item)| item).collect(), next })
}
