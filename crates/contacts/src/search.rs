//! Searching a team's contacts: the newest are looked at, but for those of whom `names.rs` knows that they need not be, and
//! whoever has exactly the phone or the email address that is looked for.

use std::cmp::Reverse;
use std::collections::HashSet;

use conversation::{Contact, E164, identity};
use fields::Object;
use store::{Kv, Store, StoreError, keys};
use uuid::Uuid;

use crate::email::{folded, has, holders};
use crate::names::{self, Part, ToLookAt};
use crate::{FoundView, MAX_EMAIL, MAX_NAME, MAX_TAG, activity, list};

/// Contacts that are shown (contract/actions-qyvo.md, section 5).
pub const MAX_FOUND: usize = 50;
/// Slots of the list whose contacts a search looks at, newest first.
pub const MAX_SCANNED: u64 = 2_000;
/// Contacts among which the last message decides the order: a search ends when so many match.
pub const MAX_MATCHES: usize = 200;
/// Conversations that one search reads for that: with more accounts than eight, fewer contacts are compared.
const MAX_CONVERSATIONS: usize = 1_600;
/// Contacts that are read before it is looked whether enough match.
const PAGE: usize = 100;

/// Which contacts; what is empty takes all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// A part of the name, the phone or the email address, in lower case.
    query: String,
    /// A tag, exactly.
    tag: String,
    /// An email address, folded.
    email: String,
}

impl Search {
    /// Reads it.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>) -> Option<Self> {
        let text = |name, max| fields.text(name, max).value().unwrap_or_default().trim().to_owned();
        let query = text("query", MAX_NAME).to_lowercase();
        let tag = text("tag", MAX_TAG);
        let email = folded(&text("email", MAX_EMAIL));
        Some(Self { query, tag, email })
    }

    fn takes(&self, contact: &Contact) -> bool {
        (self.tag.is_empty() || contact.tags.contains(&self.tag))
            && (self.email.is_empty() || has(contact, &self.email))
            && (self.query.is_empty() || self.is_part_of(contact))
    }

    fn is_part_of(&self, contact: &Contact) -> bool {
        let contains = |text: &Option<String>, part: &str| {
            text.as_deref().is_some_and(|text| text.to_lowercase().contains(part))
        };
        contains(&contact.name, &self.query)
            || contains(&contact.email, &self.query)
            || phone_parts(&self.query).iter().any(|part| contains(&contact.phone, part))
    }

    /// What a name, a phone or an email address must have one of; none if all contacts have to be looked at.
    fn parts(&self) -> Vec<Part> {
        let query = Some(self.query.as_str()).filter(|query| !query.is_empty());
        let phones = query.map(phone_parts).unwrap_or_default();
        query.into_iter().chain(phones.iter().map(String::as_str)).map(Part::of).collect()
    }
}

/// What a part of a phone number, in one of the usual ways of writing, may be in an E.164 number: `00` stands for the `+`,
/// or for two of its digits.
fn phone_parts(text: &str) -> Vec<String> {
    let bare = E164::bare(text);
    let international = bare.strip_prefix("00").map(|digits| format!("+{digits}"));
    let is_part = |part: &String| {
        let digits = part.strip_prefix('+').unwrap_or(part);
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    };
    [Some(bare), international].into_iter().flatten().filter(is_part).collect()
}

/// The contacts of a team that all filters take, [`MAX_FOUND`] at most, last spoken with first: of the [`MAX_MATCHES`]
/// newest among the [`MAX_SCANNED`] newest of the team, and of those that have the phone or email address.
///
/// # Errors
/// When the store fails.
pub async fn search<K: Kv>(
    store: &Store<K>,
    team: &str,
    search: &Search,
) -> Result<Vec<FoundView>, StoreError> {
    let accounts = activity::accounts(store, team).await?;
    let most = (MAX_CONVERSATIONS / accounts.len().max(1)).clamp(MAX_FOUND, MAX_MATCHES);
    let matches = matches(store, team, search, most).await?;
    let contacts: Vec<&Contact> = matches.iter().collect();
    let activity = activity::of(store, &accounts, &contacts).await?;
    let mut found: Vec<_> = matches.into_iter().zip(activity).collect();
    found.sort_by_key(|(contact, activity)| {
        Reverse((activity.last_message_at, contact.created_at, contact.listed))
    });
    found.truncate(MAX_FOUND);
    Ok(found.into_iter().map(|(contact, activity)| FoundView::of(contact, activity)).collect())
}

async fn matches<K: Kv>(
    store: &Store<K>,
    team: &str,
    search: &Search,
    most: usize,
) -> Result<Vec<Contact>, StoreError> {
    let mut matches = Vec::new();
    let mut known: HashSet<Uuid> = HashSet::new();
    let mut take = |contacts: Vec<Contact>| {
        for contact in contacts {
            if matches.len() < most && search.takes(&contact) && known.insert(contact.id) {
                matches.push(contact);
            }
        }
        matches.len() < most
    };
    if !search.email.is_empty() {
        // Whoever has an address is known by it: no need to look at others.
        take(holders(store, team, &search.email).await?);
        return Ok(matches);
    }
    if let Ok(phone) = E164::parse(&search.query) {
        let id = identity::contact(team, phone.as_str());
        let exact = crate::load(store, team, id).await?;
        let is_somebodys = exact.is_some();
        take(exact.into_iter().collect());
        if is_somebodys {
            // A whole number is one person's: 2,000 others need not be looked at.
            return Ok(matches);
        }
    } else if flow::is_email(&search.query) {
        take(holders(store, team, &search.query).await?);
    }
    let count = store.count(&keys::contacts(team)).await?;
    let oldest = count.saturating_sub(MAX_SCANNED) + 1;
    let parts = search.parts();
    for slots in names::by_document(oldest..=count) {
        let to_look_at = match parts[..] {
            [] => ToLookAt::all(slots),
            _ => names::to_look_at(store, team, slots, &parts).await?,
        };
        let (mut learned, mut needs_more) = (Vec::new(), true);
        for some in to_look_at.slots.chunks(PAGE) {
            let holders = list::holders(store, team, some).await?;
            learned.extend(holders.iter().filter_map(|(n, holder)| to_look_at.learn(*n, holder)));
            needs_more = take(list::contacts_of(holders));
            if !needs_more {
                break;
            }
        }
        // Without it the next search reads more, and finds the same.
        let _ = names::fill(store, team, &learned).await;
        if !needs_more {
            break;
        }
    }
    Ok(matches)
}
