//! Listing an entry, changing it, taking it out: in the head, or in the page where it is.
//!
//! A page is changed first, then the head's count of it: what ends between the two leaves a count that the page's next
//! change sets right.

use uuid::Uuid;

use super::form::{Head, Page, Position, insert, marked};
use super::layout::{HEAD_BYTES, LONG_PAGE_BYTES};
use super::{EnlistError, Entry, Index, Place, TRIES};
use crate::commit::Change;
use crate::document::{StoreError, from_json, to_json};
use crate::keys;
use crate::kv::Kv;

/// What to do with a head or a page.
pub(super) enum Edit<T> {
    Write(T),
    Keep(T),
}

impl<T> Edit<T> {
    fn map<U>(self, map: impl FnOnce(T) -> U) -> Edit<U> {
        match self {
            Edit::Write(answer) => Edit::Write(map(answer)),
            Edit::Keep(answer) => Edit::Keep(map(answer)),
        }
    }
}

/// How a page is after an edit.
pub(super) struct Edited<T> {
    pub answer: T,
    pub id: u64,
    pub count: usize,
    /// False if the edit left its counts as they were.
    pub counts_differ: bool,
    /// As JSON.
    pub bytes: usize,
}

/// How an edit of a page went.
enum Went<T> {
    Edited(Edited<T>),
    /// The head is out of date, or is being changed: start again from it.
    Moved,
}

impl<K: Kv, E: Entry> Index<'_, K, E> {
    /// Lists an entry and returns the one that is listed: another than this if its id already is. One write, and a
    /// second if it is older than what the head holds.
    ///
    /// What is listed first is `created_at` for good: create the document with that of the entry returned.
    ///
    /// # Errors
    /// [`EnlistError::Full`] when the list has `most` entries or more, and does not have this one.
    pub async fn enlist(&self, entry: &E, most: usize) -> Result<E, EnlistError> {
        for _ in 0..TRIES {
            let page = match self.enlist_in_head(entry, most).await? {
                (Listing::Older(page), _) => page,
                (Listing::Listed(there), bytes) => {
                    // The entry is listed: if this fails, the next one makes it good.
                    if bytes > HEAD_BYTES {
                        let _ = self.seal().await;
                    }
                    return Ok(there);
                }
            };
            let went = self.edit_page(page, |page: &mut Page<E>| {
                if let Some(there) = page.entries.iter().find(|there| there.id() == entry.id()) {
                    return Edit::Keep(there.clone());
                }
                insert(&mut page.entries, entry.clone());
                Edit::Write(entry.clone())
            });
            if let Went::Edited(edited) = went.await? {
                self.tidy(&edited).await?;
                return Ok(edited.answer);
            }
        }
        Err(StoreError::Contention { key: self.key.clone() }.into())
    }

    /// Lists an entry in the head, if it belongs there. Answers with the head's bytes, too.
    async fn enlist_in_head(
        &self,
        entry: &E,
        most: usize,
    ) -> Result<(Listing<E>, usize), EnlistError> {
        self.edit_head(async |head| {
            if let Some(there) = head.entries.iter().find(|there| there.id() == entry.id()) {
                return Ok(Edit::Keep(Listing::Listed(there.clone())));
            }
            match head.page_of(Position::of(entry)) {
                // A page may have it already, or have taken it just now: it is asked before the list is full.
                Some(page) if head.total() < most || self.page_has(page, entry.id()).await? => {
                    Ok(Edit::Keep(Listing::Older(page)))
                }
                None if head.total() < most => {
                    insert(&mut head.entries, entry.clone());
                    Ok(Edit::Write(Listing::Listed(entry.clone())))
                }
                _ => Err(EnlistError::Full(most)),
            }
        })
        .await
    }

    async fn page_has(&self, page: u64, id: Uuid) -> Result<bool, StoreError> {
        let page = self.read_page(page).await?;
        Ok(page.is_some_and(|page| page.entries.iter().any(|entry| entry.id() == id)))
    }

    /// Puts an entry in the place of the one that its document has, unless that one is newer. Whether the list has
    /// one. One write; two where a page's mark changes.
    ///
    /// # Errors
    /// When the store fails: the entry may have been changed, or is out of date.
    pub async fn amend(&self, entry: &E) -> Result<bool, StoreError> {
        let amend = |there: &mut Vec<E>| {
            let there = there.iter_mut().find(|there| there.id() == entry.id())?;
            if there.updated_at() > entry.updated_at() || there == entry {
                return Some(Edit::Keep(()));
            }
            if there.created_at() != entry.created_at() {
                // It would have to move. Only entries of the first format can be so, and they say nothing more.
                return Some(Edit::Keep(()));
            }
            *there = entry.clone();
            Some(Edit::Write(()))
        };
        self.edit_entry(Position::of(entry), amend).await
    }

    /// Takes the entry of a document out of the list; whether there was one. `created_at` is where it is looked for
    /// first: elsewhere, all pages are read. One write; two, or when a page gets small a few more, for an older entry.
    ///
    /// # Errors
    /// When the store fails: the entry may be listed still.
    pub async fn remove(&self, id: Uuid, created_at: u64) -> Result<bool, StoreError> {
        self.edit_entry(Position(created_at, id), |entries: &mut Vec<E>| {
            let at = entries.iter().position(|entry| entry.id() == id)?;
            entries.remove(at);
            Some(Edit::Write(()))
        })
        .await
    }

    /// Changes an entry where it is; `edit` answers `None` if it is not in what it is given. Whether it was anywhere.
    async fn edit_entry(
        &self,
        position: Position,
        edit: impl Fn(&mut Vec<E>) -> Option<Edit<()>>,
    ) -> Result<bool, StoreError> {
        // A removal that is applied again finds nothing to remove.
        let mut done = false;
        for _ in 0..TRIES {
            let (elsewhere, _) = self
                .edit_head(async |head: &mut Head<E>| {
                    Ok::<_, StoreError>(match edit(&mut head.entries) {
                        Some(edit) => edit.map(|()| None),
                        None => Edit::Keep(Some(head.clone())),
                    })
                })
                .await?;
            let Some(head) = elsewhere else { return Ok(true) };
            let page = match self.locate(&head, position).await? {
                Place::Page(page) => page,
                Place::Moved => continue,
                Place::Nowhere(miscounted) => {
                    // As after a removal that ended before its page was counted, and is asked for again.
                    for page in miscounted {
                        self.recount(page).await?;
                    }
                    return Ok(done);
                }
            };
            let went = self.edit_page(page, |page: &mut Page<E>| match edit(&mut page.entries) {
                Some(edit) => edit.map(|()| true),
                None => Edit::Keep(false),
            });
            if let Went::Edited(edited) = went.await? {
                done = true;
                if edited.counts_differ || edited.bytes > LONG_PAGE_BYTES {
                    self.tidy(&edited).await?;
                }
                if edited.answer {
                    return Ok(true);
                }
            }
        }
        Err(StoreError::Contention { key: self.key.clone() })
    }

    /// Changes the head. Answers with the bytes of its entries, too.
    pub(super) async fn edit_head<T, X: From<StoreError>>(
        &self,
        mut edit: impl AsyncFnMut(&mut Head<E>) -> Result<Edit<T>, X>,
    ) -> Result<(T, usize), X> {
        let apply = async |current: Option<Vec<u8>>| {
            let mut head = Head::parse(&self.key, current.as_deref())?;
            match edit(&mut head).await? {
                Edit::Keep(answer) => Ok(Change::Keep((answer, 0))),
                Edit::Write(answer) => {
                    head.changes += 1;
                    let json = to_json(&self.key, &head)?;
                    let pages = to_json(&self.key, &head.pages)?.len();
                    let bytes = json.len().saturating_sub(pages);
                    Ok(Change::Write(json, (answer, bytes)))
                }
            }
        };
        self.store.update(&self.key, apply).await
    }

    /// Changes a page, unless it is frozen: then it is replaced first.
    async fn edit_page<T>(
        &self,
        id: u64,
        mut edit: impl FnMut(&mut Page<E>) -> Edit<T>,
    ) -> Result<Went<T>, StoreError> {
        let key = keys::page(&self.key, id);
        let apply = async |json: Vec<u8>| {
            let mut page: Page<E> = from_json(&key, &json)?;
            if page.frozen {
                return Ok(Change::Keep(None));
            }
            let before = (page.entries.len(), marked(&page.entries));
            let edit = edit(&mut page);
            let count = page.entries.len();
            let differ = before != (count, marked(&page.entries));
            let edited = |answer, counts_differ, bytes| {
                Some(Edited { answer, id, count, counts_differ, bytes })
            };
            Ok::<_, StoreError>(match edit {
                // It may have been made, and be applied again.
                Edit::Keep(answer) => Change::Keep(edited(answer, true, json.len())),
                Edit::Write(answer) => {
                    let json = to_json(&key, &page)?;
                    let bytes = json.len();
                    Change::Write(json, edited(answer, differ, bytes))
                }
            })
        };
        match self.store.update_put(&key, apply).await? {
            Some(Some(edited)) => Ok(Went::Edited(edited)),
            Some(None) => {
                self.replace(&[id]).await?;
                Ok(Went::Moved)
            }
            None => Ok(Went::Moved),
        }
    }

    /// Sets what the head knows of a page, from the page. Every change of a page is followed by this, and the page is
    /// read after the head: so the last one to write has seen all changes.
    pub(super) async fn recount(&self, id: u64) -> Result<(), StoreError> {
        self.edit_head(async |head: &mut Head<E>| {
            let page = self.read_page(id).await?;
            let known = head.pages.iter_mut().find(|known| known.id == id);
            let (Some(page), Some(known)) = (page, known) else {
                return Ok::<_, StoreError>(Edit::Keep(()));
            };
            let counts = (page.entries.len(), marked(&page.entries));
            if (known.count, known.marked) == counts {
                return Ok(Edit::Keep(()));
            }
            (known.count, known.marked) = counts;
            Ok(Edit::Write(()))
        })
        .await?;
        Ok(())
    }
}

/// Where an entry was listed, or is to be.
enum Listing<E> {
    Listed(E),
    /// It is older than what the head holds: it belongs in this page.
    Older(u64),
}
