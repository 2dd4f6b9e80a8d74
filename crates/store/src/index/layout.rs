//! Keeping head and pages in size: the oldest entries of a long head become a page, long pages are split, short ones
//! joined, empty ones dropped.
//!
//! Pages are replaced in three steps: each is frozen, its entries are written as new pages under ids drawn for them,
//! then the head is changed to name these. Whoever meets a frozen page does the rest first; the head decides who won.

use super::change::{Edit, Edited};
use super::form::{Head, Page, PageRef, Position};
use super::{Entry, Index};
use crate::commit::Change;
use crate::document::{StoreError, from_json, to_json};
use crate::keys;
use crate::kv::Kv;

/// Bytes of entries in the head above which the oldest become a page. A creation and a first page parse the head: 8 to 40 KiB,
/// 0.05 to 0.2 ms; a list of a hundred workflows, of which nothing is in pages, is no shorter.
pub(super) const HEAD_BYTES: usize = 40 * 1024;

/// Bytes of entries that stay in the head then: some 40 workflows, so that a first page reads nothing else.
const KEPT_BYTES: usize = 8 * 1024;

/// Bytes of a page when it is made, about. A search reads them all, a change of an older entry writes one.
const PAGE_BYTES: usize = 32 * 1024;

/// Bytes of a page above which it is split. Twice as many, so that what was joined is not split at once.
pub(super) const LONG_PAGE_BYTES: usize = 2 * PAGE_BYTES;

/// Entries of a page below which it is joined to its neighbour: it bounds the pages of a list of which much was removed.
const SHORT_PAGE: usize = 16;

impl<K: Kv, E: Entry> Index<'_, K, E> {
    /// Makes the oldest entries of a long head a page. Written first: if another seals them, it is removed again.
    pub(super) async fn seal(&self) -> Result<(), StoreError> {
        let oldest = self.oldest(&self.head().await?)?;
        let id = self.store.random();
        let Some(page) = PageRef::of(id, &oldest) else { return Ok(()) };
        self.write_page(id, &oldest).await?;
        let (sealed, _) = self
            .edit_head(async |head: &mut Head<E>| {
                if head.pages.iter().any(|page| page.id == id) {
                    return Ok::<_, StoreError>(Edit::Keep(true));
                }
                let rest = head.entries.get(oldest.len());
                let (Some(rest), true) = (rest, head.entries.starts_with(&oldest)) else {
                    return Ok(Edit::Keep(false));
                };
                let rest = Position::of(rest);
                // It begins where the head did: what comes late still finds its place.
                let from = head.from.filter(|_| !head.pages.is_empty()).unwrap_or(page.from);
                head.pages.push(PageRef { from, ..page.clone() });
                head.from = Some(rest);
                head.entries.drain(..oldest.len());
                Ok(Edit::Write(true))
            })
            .await?;
        if !sealed {
            self.store.remove(&keys::page(&self.key, id)).await?;
        }
        Ok(())
    }

    /// The oldest entries of a head: a page of them, or as many as may go.
    fn oldest(&self, head: &Head<E>) -> Result<Vec<E>, StoreError> {
        let mut lengths = Vec::with_capacity(head.entries.len());
        for entry in &head.entries {
            lengths.push(to_json(&self.key, entry)?.len() + 1);
        }
        let mut rest: usize = lengths.iter().sum();
        let mut bytes = 0;
        let mut count = 0;
        for length in lengths {
            if bytes + length > PAGE_BYTES || rest - length < KEPT_BYTES {
                break;
            }
            (bytes, rest, count) = (bytes + length, rest - length, count + 1);
        }
        Ok(head.entries[..count].to_vec())
    }

    /// What follows a change of a page: the head's count of it, or other pages in its place.
    pub(super) async fn tidy<T>(&self, page: &Edited<T>) -> Result<(), StoreError> {
        if page.count == 0 || page.bytes > LONG_PAGE_BYTES {
            return self.replace(&[page.id]).await;
        }
        if page.count >= SHORT_PAGE {
            return self.recount(page.id).await;
        }
        let head = self.head().await?;
        let Some(at) = head.pages.iter().position(|known| known.id == page.id) else {
            return Ok(());
        };
        match head.pages.get(at.saturating_sub(1)..).unwrap_or_default() {
            [before, here, ..] if at > 0 => self.replace(&[before.id, here.id]).await,
            [here, after, ..] => self.replace(&[here.id, after.id]).await,
            _ => self.recount(page.id).await,
        }
    }

    /// Puts other pages of the same entries in the place of these, which lie side by side: as many as their length
    /// asks for, none for none.
    pub(super) async fn replace(&self, old: &[u64]) -> Result<(), StoreError> {
        let mut entries = Vec::new();
        for id in old {
            match self.freeze(*id).await? {
                Some(frozen) => entries.extend(frozen),
                // Somebody has replaced it.
                None => return self.recount_all(old).await,
            }
        }
        let pages = self.write_pages(&entries).await?;
        let (replaced, _) = self
            .edit_head(async |head: &mut Head<E>| {
                let listed = |id: u64| head.pages.iter().position(|page| page.id == id);
                if pages.iter().any(|page| listed(page.id).is_some()) {
                    return Ok::<_, StoreError>(Edit::Keep(true));
                }
                let at = old.first().and_then(|first| listed(*first));
                let run = at.and_then(|at| Some((at, head.pages.get(at..at + old.len())?)));
                let Some((at, run)) = run else { return Ok(Edit::Keep(false)) };
                if !run.iter().map(|page| page.id).eq(old.iter().copied()) {
                    return Ok(Edit::Keep(false));
                }
                let mut pages = pages.clone();
                // The first begins where they began.
                if let Some(first) = pages.first_mut() {
                    first.from = run[0].from;
                }
                head.pages.splice(at..at + old.len(), pages);
                Ok(Edit::Write(true))
            })
            .await?;
        if !replaced {
            self.recount_all(old).await?;
        }
        // What fails here, or ends before it, leaves pages that nobody reads.
        let useless =
            if replaced { old.to_vec() } else { pages.iter().map(|page| page.id).collect() };
        for id in useless {
            self.store.remove(&keys::page(&self.key, id)).await?;
        }
        Ok(())
    }

    /// Counts pages that were to be replaced, and stay for now.
    async fn recount_all(&self, pages: &[u64]) -> Result<(), StoreError> {
        for id in pages {
            self.recount(*id).await?;
        }
        Ok(())
    }

    /// Ends all changes of a page, and returns its entries; `None` if it is gone.
    async fn freeze(&self, id: u64) -> Result<Option<Vec<E>>, StoreError> {
        let key = keys::page(&self.key, id);
        let freeze = async |json: Vec<u8>| {
            let mut page: Page<E> = from_json(&key, &json)?;
            if page.frozen {
                return Ok::<_, StoreError>(Change::Keep(page.entries));
            }
            page.frozen = true;
            Ok(Change::Write(to_json(&key, &page)?, page.entries))
        };
        self.store.update_put(&key, freeze).await
    }

    /// Writes entries as pages of about the same length.
    async fn write_pages(&self, entries: &[E]) -> Result<Vec<PageRef>, StoreError> {
        let bytes = to_json(&self.key, &entries)?.len();
        let count = bytes.div_ceil(LONG_PAGE_BYTES).max(1);
        let mut pages = Vec::new();
        for entries in entries.chunks(entries.len().div_ceil(count).max(1)) {
            let id = self.store.random();
            self.write_page(id, entries).await?;
            pages.extend(PageRef::of(id, entries));
        }
        Ok(pages)
    }

    async fn write_page(&self, id: u64, entries: &[E]) -> Result<(), StoreError> {
        let key = keys::page(&self.key, id);
        let page = Page { frozen: false, entries: entries.to_vec() };
        self.store.put(&key, &to_json(&key, &page)?).await
    }
}
