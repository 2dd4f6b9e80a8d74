//! A list of a team's things, of any length: newest first or oldest first by pages, or all of it for a search.
//!
//! `index/form.rs` says what is stored and where an entry belongs, `index/change.rs` changes entries, `index/layout.rs`
//! keeps the pages in size, `index/union.rs` reads two lists as one. What an entry says of its document is for the crates above; it may be out of date.

mod change;
mod form;
mod layout;
mod union;

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::document::{Store, StoreError, corrupt, from_json, text};
use crate::kv::Kv;
use crate::together::{TOGETHER, together};
use crate::{format, keys};
use form::{Head, Page, PageRef, Part, Position};

/// Times that a reader or a writer starts again because pages were laid out anew under its hands.
const TRIES: usize = 20;

/// What a list holds of a document: enough to search and to sort by. Small: some hundred bytes as JSON, at most 4 KiB.
pub trait Entry: Clone + PartialEq + Serialize + DeserializeOwned {
    /// Whose entry it is.
    fn id(&self) -> Uuid;

    /// When the document was created, in milliseconds since 1970: with the id, its place in the list. Never changes.
    fn created_at(&self) -> u64;

    /// When the document last changed, in milliseconds since 1970. Each change must be later than the one before.
    fn updated_at(&self) -> u64;

    /// Whether it is of those that [`Listed::marked`] counts.
    fn is_marked(&self) -> bool {
        false
    }
}

/// In which order a list is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // By `created_at`, then by id.
pub enum Order {
    NewestFirst,
    OldestFirst,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<E> {
    /// The entries that were asked for, in the order asked for.
    pub entries: Vec<E>,
    /// How many the whole list has.
    pub total: usize,
    /// How many of them are [marked](Entry::is_marked).
    pub marked: usize,
}

/// Why an entry was not listed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnlistError {
    /// The list has as many entries as it may have: this many.
    #[error("the list may have {0} entries")]
    Full(usize),
    /// The store failed; the entry may have been listed. Asking again is safe.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The list in document `key`, and in pages beside it.
///
/// The document holds the newest entries and names the pages of older ones: a new entry is one write of it, and a
/// first page one read.
pub struct Index<'s, K, E> {
    store: &'s Store<K>,
    key: String,
    entry: PhantomData<E>,
}

impl<'s, K: Kv, E: Entry> Index<'s, K, E> {
    /// The list in document `key`; one that was never written is empty.
    pub fn new(store: &'s Store<K>, key: impl Into<String>) -> Self {
        Self { store, key: key.into(), entry: PhantomData }
    }

    /// `limit` entries after the first `offset`: reads the document, and the pages that these entries are in.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn page(
        &self,
        offset: usize,
        limit: usize,
        order: Order,
    ) -> Result<Listed<E>, StoreError> {
        for _ in 0..TRIES {
            let head = self.head().await?;
            if let Some(entries) = self.slice(&head, offset, limit, order).await? {
                return Ok(head.listed(entries));
            }
        }
        Err(corrupt(&self.key))
    }

    /// All entries: reads the document and every page.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn scan(&self, order: Order) -> Result<Listed<E>, StoreError> {
        self.page(0, usize::MAX, order).await
    }

    /// The entries of the whole list that `is_wanted`, oldest first. `found_in` reads, of the JSON of some of the list, the
    /// entries that these may be among; where it cannot tell (`None`), all are read.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn select(
        &self,
        found_in: impl Fn(&[u8]) -> Option<Vec<E>>,
        is_wanted: impl Fn(&E) -> bool,
    ) -> Result<Vec<E>, StoreError> {
        for _ in 0..TRIES {
            let Some(json) = self.store.read(&self.key).await? else { return Ok(Vec::new()) };
            format::check(&self.key, &json)?;
            let (pages, mut here) = match found_in(&json) {
                Some(found) => (form::pages(&self.key, text(&self.key, &json)?)?, found),
                None => {
                    let head = Head::parse(&self.key, Some(&json))?;
                    (head.pages, head.entries)
                }
            };
            if let Some(mut selected) = self.select_of(&pages, &found_in).await? {
                // In the first format they were in no order.
                here.sort_by_key(Position::of);
                selected.extend(here);
                selected.retain(&is_wanted);
                return Ok(selected);
            }
        }
        Err(corrupt(&self.key))
    }

    /// What is found in these pages; `None` if one is gone.
    async fn select_of(
        &self,
        pages: &[PageRef],
        found_in: impl Fn(&[u8]) -> Option<Vec<E>>,
    ) -> Result<Option<Vec<E>>, StoreError> {
        let mut selected = Vec::new();
        // What is read is let go before more is: the pages of a long list take some megabytes.
        for some in pages.chunks(TOGETHER) {
            let keys: Vec<String> =
                some.iter().map(|page| keys::page(&self.key, page.id)).collect();
            let read = self.store.get_all(&keys).await?;
            for (key, json) in keys.iter().zip(read) {
                let Some(json) = json else { return Ok(None) };
                let all = || from_json(key, &json).map(|page: Page<E>| page.entries);
                format::check(key, &json)?;
                selected.extend(found_in(&json).map_or_else(all, Ok)?);
            }
        }
        Ok(Some(selected))
    }

    /// The entries of a slice; `None` if a page is gone, and the head out of date.
    async fn slice(
        &self,
        head: &Head<E>,
        offset: usize,
        limit: usize,
        order: Order,
    ) -> Result<Option<Vec<E>>, StoreError> {
        let mut parts = Vec::new();
        let (mut from, to) = (offset, offset.saturating_add(limit));
        let mut before = 0;
        for part in head.parts(order) {
            let after = before + part.count();
            if from >= to || before >= to {
                break;
            }
            if from < after {
                // Each part has the places that the head counts, also when it is out of date: so no two slices overlap.
                let wanted = if to < after { to - from } else { usize::MAX };
                parts.push((part, from - before, wanted));
                from = after;
            }
            before = after;
        }
        let read = parts.iter().map(async |(part, ..)| match part {
            Part::Head(_) => Ok(Some(head.entries.clone())),
            Part::Page(page) => Ok(self.read_page(page.id).await?.map(|page| page.entries)),
        });
        let mut found = Vec::new();
        for ((_, skipped, wanted), entries) in parts.iter().zip(together(read).await?) {
            let Some(entries) = entries else { return Ok(None) };
            let ordered: Box<dyn Iterator<Item = E>> = match order {
                Order::OldestFirst => Box::new(entries.into_iter()),
                Order::NewestFirst => Box::new(entries.into_iter().rev()),
            };
            found.extend(ordered.skip(*skipped).take(*wanted));
        }
        found.truncate(limit);
        Ok(Some(found))
    }

    /// Which page has the entry: the one where it belongs; if not, any. (Entries of the first format could be listed
    /// with another time than their document has.)
    async fn locate(&self, head: &Head<E>, position: Position) -> Result<Place, StoreError> {
        let belongs = head.page_of(position);
        let others = head.pages.iter().rev().map(|page| page.id).filter(|id| Some(*id) != belongs);
        let mut miscounted = Vec::new();
        for id in belongs.into_iter().chain(others) {
            let Some(page) = self.read_page(id).await? else { return Ok(Place::Moved) };
            if !head.pages.iter().any(|known| known.id == id && known.count == page.entries.len()) {
                miscounted.push(id);
            }
            if page.entries.iter().any(|entry| entry.id() == position.1) {
                return Ok(Place::Page(id));
            }
        }
        Ok(Place::Nowhere(miscounted))
    }

    async fn head(&self) -> Result<Head<E>, StoreError> {
        Head::parse(&self.key, self.store.read(&self.key).await?.as_deref())
    }

    async fn read_page(&self, id: u64) -> Result<Option<Page<E>>, StoreError> {
        let key = keys::page(&self.key, id);
        let json = self.store.get(&key).await?;
        json.map(|json| from_json(&key, &json)).transpose()
    }
}

/// Where an entry is that the head does not have.
enum Place {
    Page(u64),
    /// In no page. These have another count than the head knows.
    Nowhere(Vec<u64>),
    /// The pages are not those that the head names: it is out of date.
    Moved,
}
