//! What contacts are called, many of the list in one document, so that a search reads few of them.
//!
//! A document for each [`SLOTS`] slots of the list holds a text for each slot: all that a query may be a part of, in lower
//! case. A search reads a contact only if its text may match, or if there is none: what is said here is only which contacts
//! need not be looked at, the answer is what they say themselves. Searches fill the texts in, so who never searches has
//! no such documents but for what was changed.
//!
//! A text is never older than its contact. Who is about to change what a text is made of takes it out first, and leaves
//! the time that the contact is going to have changed at: a search that read the contact before that must not fill it
//! in again. (That time is after any time that the contact had before: `stored.rs`.) Each is one conditional write, so that
//! it does not matter who comes first, or whether the change is ever made: until the contact says a time as late, it is
//! looked at.

use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;

use conversation::Contact;
use flow::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Change, Kv, Store, StoreError, from_json, keys, to_json};

use crate::list::Holder;

/// Slots that one document is about: some 25 KB; 100 KB of the longest texts, if they need no escapes in JSON.
const SLOTS: u64 = PLACES as u64;
const PLACES: usize = 512;
/// The longest text that is kept, in bytes; who has a longer one is always looked at. A name of thirty letters, an address and a
/// phone take some 80, and 140 in a script of three bytes a letter.
const MAX_TEXT: usize = 160;
/// Texts that a search must have found missing in a document to fill them in: it is a write, and to look at a contact takes
/// two reads.
const WORTH_A_WRITE: usize = 16;
/// Between what a text is made of.
const BETWEEN: &str = "|";
/// How a missing text stands in JSON.
const MISSING: &str = "null";

/// The document `contacts:<team>/names/<n>`.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Names {
    /// [`SLOTS`] of them. Missing, as where the list ends before the slot: look at the contact. Empty: the slot is nobody's.
    texts: Vec<Option<String>>,
    /// By the place in `texts`, where one was taken out: when the contact must have changed, at least, to be filled in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    changing: BTreeMap<usize, Timestamp>,
}

/// A part of a text that is looked for.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    text: String,
    /// As it stands in JSON.
    json: String,
}

impl Part {
    /// A part, in lower case.
    pub(crate) fn of(text: &str) -> Self {
        let quoted = serde_json::Value::from(text).to_string();
        let json = quoted.strip_prefix('"').and_then(|json| json.strip_suffix('"'));
        Self { text: text.to_owned(), json: json.unwrap_or_default().to_owned() }
    }
}

/// Of the slots of one document, those whose contacts a search looks at, in their order.
#[derive(Debug)]
pub(crate) struct ToLookAt {
    pub(crate) slots: Vec<u64>,
    /// Those whose text is missing.
    missing: HashSet<u64>,
}

/// The document that a slot is in.
fn document(slot: u64) -> u64 {
    slot.saturating_sub(1) / SLOTS
}

/// Its place there.
fn place(slot: u64) -> usize {
    usize::try_from(slot.saturating_sub(1) % SLOTS).unwrap_or_default()
}

/// The slots of a list, newest first, by the documents that they are in.
pub(crate) fn by_document(slots: RangeInclusive<u64>) -> impl Iterator<Item = Vec<u64>> {
    let documents = document(*slots.start())..=document(*slots.end());
    let slots = move |n: u64| {
        let (oldest, newest) = (n * SLOTS + 1, (n + 1) * SLOTS);
        (oldest.max(*slots.start())..=newest.min(*slots.end())).rev().collect::<Vec<u64>>()
    };
    documents.rev().map(slots)
}

/// Which of these slots, all of one document, a search for these parts looks at: one read, and another the first time.
pub(crate) async fn to_look_at<K: Kv>(
    store: &Store<K>,
    team: &str,
    slots: Vec<u64>,
    parts: &[Part],
) -> Result<ToLookAt, StoreError> {
    let Some(first) = slots.first() else { return Ok(ToLookAt::all(slots)) };
    let key = keys::contact_names(team, document(*first));
    let Some(json) = store.read(&key).await? else {
        return Ok(ToLookAt { missing: slots.iter().copied().collect(), slots });
    };
    let has = |text: &str| memchr::memmem::find(&json, text.as_bytes()).is_some();
    // Most documents have none of the parts, and are not parsed: that would take longer than all the rest.
    if !has(MISSING) && !parts.iter().any(|part| has(&part.json)) {
        return Ok(ToLookAt::all(Vec::new()));
    }
    let names: Names = from_json(&key, &json)?;
    let text = |slot: &u64| names.texts.get(place(*slot)).and_then(Option::as_deref);
    let missing = slots.iter().copied().filter(|slot| text(slot).is_none()).collect();
    let may_match = |slot: &u64| {
        text(slot).is_none_or(|text| parts.iter().any(|part| text.contains(&part.text)))
    };
    Ok(ToLookAt { slots: slots.into_iter().filter(may_match).collect(), missing })
}

impl ToLookAt {
    /// All of these, of which nothing is to be learned.
    pub(crate) fn all(slots: Vec<u64>) -> Self {
        Self { slots, missing: HashSet::new() }
    }

    /// What is learned by a look at who is in a slot, if its text is missing.
    pub(crate) fn learn(&self, slot: u64, holder: &Holder) -> Option<Learned> {
        if !self.missing.contains(&slot) {
            return None;
        }
        let (text, as_of) = match holder {
            Holder::Contact(contact) => (text(contact), Some(contact.changed_at())),
            Holder::Nobody => (String::new(), None),
            Holder::Unknown => return None,
        };
        (text.len() <= MAX_TEXT).then_some(Learned { slot, text, as_of })
    }
}

/// A text that was missing.
#[derive(Debug)]
pub(crate) struct Learned {
    slot: u64,
    text: String,
    /// When its contact had changed; absent where the slot is nobody's.
    as_of: Option<Timestamp>,
}

fn text(contact: &Contact) -> String {
    let texts = [&contact.name, &contact.email, &contact.phone].into_iter().flatten();
    texts.map(|text| text.to_lowercase()).collect::<Vec<String>>().join(BETWEEN)
}

/// Fills in what was learned, all of one document, if it is worth a write.
pub(crate) async fn fill<K: Kv>(
    store: &Store<K>,
    team: &str,
    learned: &[Learned],
) -> Result<(), StoreError> {
    let Some(Learned { slot, .. }) = learned.first() else { return Ok(()) };
    if learned.len() < WORTH_A_WRITE {
        return Ok(());
    }
    let key = keys::contact_names(team, document(*slot));
    change(store, &key, |names| learned.iter().filter(|text| names.fill(text)).count() > 0).await
}

impl Names {
    /// Puts a text where one is missing, unless it may be older than a change. Whether it did.
    fn fill(&mut self, learned: &Learned) -> bool {
        let Learned { slot, text, as_of } = learned;
        let place = place(*slot);
        let since = self.changing.get(&place);
        let is_older = since.zip(as_of.as_ref()).is_some_and(|(since, as_of)| as_of < since);
        if self.has(place) || is_older {
            return false;
        }
        // `changing` stays: who read the contact before that may be about to fill it in still.
        self.put(place, Some(text.clone()));
        true
    }

    /// Takes a text out, until its contact says that it changed at that time. Whether anything was to be done.
    fn take_out(&mut self, place: usize, changing: Timestamp) -> bool {
        let since = self.changing.get(&place).copied();
        if !self.has(place) && since.is_some_and(|since| since >= changing) {
            return false;
        }
        self.put(place, None);
        // Never earlier: a change that was made meanwhile may be the later one.
        self.changing.insert(place, since.map_or(changing, |since| since.max(changing)));
        true
    }

    fn has(&self, place: usize) -> bool {
        self.texts.get(place).is_some_and(Option::is_some)
    }

    fn put(&mut self, place: usize, text: Option<String>) {
        self.texts.resize(PLACES, None);
        if let Some(kept) = self.texts.get_mut(place) {
            *kept = text;
        }
    }
}

/// Before a contact is changed: takes its text out, if the change is of what the text is made of.
pub(crate) async fn before_change<K: Kv>(
    store: &Store<K>,
    before: &Contact,
    after: &Contact,
) -> Result<(), StoreError> {
    let Some(slot) = before.listed else { return Ok(()) };
    if (&before.name, &before.email, &before.phone) == (&after.name, &after.email, &after.phone) {
        return Ok(());
    }
    let key = keys::contact_names(&after.team, document(slot));
    change(store, &key, |names| names.take_out(place(slot), after.changed_at())).await
}

/// Changes a document; `act` says whether there is anything to write.
async fn change<K: Kv>(
    store: &Store<K>,
    key: &str,
    act: impl Fn(&mut Names) -> bool,
) -> Result<(), StoreError> {
    store
        .update(key, async |current: Option<Vec<u8>>| {
            let names = current.map(|json| from_json(key, &json)).transpose()?;
            let mut names: Names = names.unwrap_or_default();
            Ok(match act(&mut names) {
                true => Change::Write(to_json(key, &names)?, ()),
                false => Change::Keep(()),
            })
        })
        .await
}
