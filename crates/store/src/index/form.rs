//! What an index stores, and where in it an entry belongs.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Entry, Listed, Order};
use crate::document::{StoreError, from_json};

/// Where an entry is in a list: `created_at`, then id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Position(pub u64, pub Uuid);

impl Position {
    pub(super) fn of<E: Entry>(entry: &E) -> Self {
        Self(entry.created_at(), entry.id())
    }
}

/// The document of an index.
///
/// Entries are where their positions say: a page holds those from its `from` up to the next page's, the first page all
/// before too, the head those from its own `from` up, or all while there are no pages.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "E: Serialize", deserialize = "E: Deserialize<'de>"))]
pub(super) struct Head<E> {
    /// Counts changes: no two versions are alike, so that a late or repeated write of one never takes another for it.
    #[serde(default)]
    pub changes: u64,
    /// Oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<PageRef>,
    /// Where the entries begin that are here, once there are pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Position>,
    /// Oldest first. `workflows` was their name before there were pages.
    #[serde(default = "Vec::new", alias = "workflows")]
    pub entries: Vec<E>,
}

/// What the head knows of a page. Short names: a long list has some hundred.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PageRef {
    /// Drawn for this page: nobody else ever writes it first.
    #[serde(rename = "p")]
    pub id: u64,
    /// How many entries it has. Set from the page after each change of it.
    #[serde(rename = "n")]
    pub count: usize,
    /// How many of them are marked.
    #[serde(rename = "m", default, skip_serializing_if = "is_zero")]
    pub marked: usize,
    /// Where its entries begin.
    #[serde(rename = "f")]
    pub from: Position,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde asks for it.
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A page of older entries.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "E: Serialize", deserialize = "E: Deserialize<'de>"))]
pub(super) struct Page<E> {
    /// It is to be replaced by other pages of the same entries, and never changes again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub frozen: bool,
    /// Oldest first.
    pub entries: Vec<E>,
}

/// A part of a list that is read at once.
#[derive(Clone, Copy)]
pub(super) enum Part<'h> {
    Head(usize),
    Page(&'h PageRef),
}

impl Part<'_> {
    pub(super) fn count(&self) -> usize {
        match self {
            Part::Head(count) => *count,
            Part::Page(page) => page.count,
        }
    }
}

impl PageRef {
    /// What to know of a page of these entries. It begins where they do.
    pub(super) fn of<E: Entry>(id: u64, entries: &[E]) -> Option<Self> {
        let from = Position::of(entries.first()?);
        Some(Self { id, count: entries.len(), marked: marked(entries), from })
    }
}

impl<E: Entry> Head<E> {
    /// Reads a head; what was never written is empty.
    pub(super) fn parse(key: &str, json: Option<&[u8]>) -> Result<Self, StoreError> {
        let Some(json) = json else {
            return Ok(Self { changes: 0, pages: Vec::new(), from: None, entries: Vec::new() });
        };
        let mut head: Self = from_json(key, json)?;
        // Before there were pages, entries were in the order in which they were written.
        if !head.entries.is_sorted_by_key(Position::of) {
            head.entries.sort_by_key(Position::of);
        }
        Ok(head)
    }

    /// The page in which an entry of this position belongs; `None`: here.
    pub(super) fn page_of(&self, position: Position) -> Option<u64> {
        if self.from.is_none_or(|from| from <= position) {
            return None;
        }
        let last = self.pages.iter().rfind(|page| page.from <= position);
        last.or(self.pages.first()).map(|page| page.id)
    }

    /// The head and its pages, in this order.
    pub(super) fn parts(&self, order: Order) -> Vec<Part<'_>> {
        let pages = self.pages.iter().map(Part::Page);
        let mut parts: Vec<_> = pages.chain([Part::Head(self.entries.len())]).collect();
        if order == Order::NewestFirst {
            parts.reverse();
        }
        parts
    }

    /// Entries, those of the pages included.
    pub(super) fn total(&self) -> usize {
        self.entries.len() + self.pages.iter().map(|page| page.count).sum::<usize>()
    }

    /// A part of this list.
    pub(super) fn listed(&self, entries: Vec<E>) -> Listed<E> {
        let paged: usize = self.pages.iter().map(|page| page.marked).sum();
        Listed { entries, total: self.total(), marked: marked(&self.entries) + paged }
    }
}

pub(super) fn marked<'e, E: Entry + 'e>(entries: impl IntoIterator<Item = &'e E>) -> usize {
    entries.into_iter().filter(|entry| entry.is_marked()).count()
}

/// The pages that the JSON of a head names. Its entries, which take most of it, are not parsed.
pub(super) fn pages(key: &str, head: &str) -> Result<Vec<PageRef>, StoreError> {
    // The last field. Before it there is no text that somebody chose.
    const ENTRIES: &str = "\"entries\":[";
    let shortened = head.find(ENTRIES).map(|at| format!("{}{ENTRIES}]}}", &head[..at]));
    let head = shortened.as_deref().unwrap_or(head);
    from_json(key, head.as_bytes()).map(|head: Head<IgnoredAny>| head.pages)
}

/// Puts an entry where it belongs among entries that are oldest first.
pub(super) fn insert<E: Entry>(entries: &mut Vec<E>, entry: E) {
    let position = Position::of(&entry);
    let at = entries.partition_point(|there| Position::of(there) < position);
    entries.insert(at, entry);
}
