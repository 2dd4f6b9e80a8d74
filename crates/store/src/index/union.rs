//! Two lists read as one, by age.
//!
//! Of the longer list, what comes before the wanted part is passed over by the counts of its pages, unread; of the
//! shorter one only the pages are read in which a page of the longer one begins or ends.

use std::collections::VecDeque;

use super::form::{Head, PageRef, Position, marked};
use super::{Entry, Index, Listed, Order, TRIES};
use crate::document::{StoreError, corrupt};
use crate::kv::Kv;

/// Why a walk ends early.
enum Halt {
    /// A page is gone: the heads are out of date.
    Moved,
    Store(StoreError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Halt::Store(error)
    }
}

impl<K: Kv, E: Entry> Index<'_, K, E> {
    /// As [`page`](Index::page), of this list and another as one. What both list is given once.
    ///
    /// The marked entries of this list must be those that the other has too: so the total is known without reading
    /// them all. Where marks are out of date, the total is off, and a page may begin some places early or late.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn page_with(
        &self,
        other: &Self,
        offset: usize,
        limit: usize,
        order: Order,
    ) -> Result<Listed<E>, StoreError> {
        for _ in 0..TRIES {
            let (own, others) = (self.head().await?, other.head().await?);
            let mut walks = [self.walk(&own, order), other.walk(&others, order)];
            let own_is_longer = own.pages.len() >= others.pages.len();
            if !own_is_longer {
                walks.reverse();
            }
            let [long, short] = walks;
            let slice = Slice { skip: offset, limit, entries: Vec::new() };
            match merge(long, short, own_is_longer, slice).await {
                Ok(entries) => {
                    let mut listed = own.listed(entries);
                    listed.total = (listed.total + others.total()).saturating_sub(listed.marked);
                    return Ok(listed);
                }
                Err(Halt::Moved) => {}
                Err(Halt::Store(error)) => return Err(error),
            }
        }
        Err(corrupt(&self.key))
    }

    fn walk<'w>(&'w self, head: &Head<E>, order: Order) -> Walk<'w, K, E> {
        let mut stretches = VecDeque::new();
        for (at, page) in head.pages.iter().enumerate() {
            let until = match order {
                // What is older than all pages is in the first one.
                Order::NewestFirst => (at > 0).then_some(page.from),
                Order::OldestFirst => head.pages.get(at + 1).map(|next| next.from).or(head.from),
            };
            stretches.push_back(Stretch { part: Part::Unread(page.clone()), until });
        }
        let until = head.from.filter(|_| order == Order::NewestFirst && !head.pages.is_empty());
        let entries = head.entries.iter().cloned().collect();
        stretches.push_back(Stretch { part: Part::Read(entries), until });
        if order == Order::NewestFirst {
            stretches.make_contiguous().reverse();
        }
        let mut walk = Walk { index: self, order, stretches };
        if order == Order::NewestFirst
            && let Some(Stretch { part: Part::Read(entries), .. }) = walk.stretches.front_mut()
        {
            entries.make_contiguous().reverse();
        }
        walk
    }
}

/// The part of both lists that is wanted.
struct Slice<E> {
    skip: usize,
    limit: usize,
    entries: Vec<E>,
}

impl<E> Slice<E> {
    fn push(&mut self, entry: E) {
        match self.skip {
            0 if self.is_full() => {}
            0 => self.entries.push(entry),
            _ => self.skip -= 1,
        }
    }

    fn is_full(&self) -> bool {
        self.entries.len() >= self.limit
    }
}

async fn merge<K: Kv, E: Entry>(
    mut long: Walk<'_, K, E>,
    mut short: Walk<'_, K, E>,
    own_is_longer: bool,
    mut slice: Slice<E>,
) -> Result<Vec<E>, Halt> {
    while let Some(stretch) = long.stretches.pop_front() {
        if slice.is_full() {
            break;
        }
        let until = stretch.until;
        let (here, here_marked) = stretch.part.counts();
        // Nothing is passed over on a first page: nothing has to be counted.
        if slice.skip > 0 {
            let (others, others_marked) = short.count(until).await?;
            let both = if own_is_longer { here_marked } else { others_marked };
            let all = (here + others).saturating_sub(both);
            if all <= slice.skip {
                slice.skip -= all;
                short.pass(until);
                continue;
            }
        }
        for entry in long.read(stretch.part).await? {
            let position = Position::of(&entry);
            while let Some(other) = short.next_before(position).await? {
                slice.push(other);
            }
            slice.push(entry);
            if slice.is_full() {
                return Ok(slice.entries);
            }
        }
        while !slice.is_full()
            && let Some(other) = short.next_until(until).await?
        {
            slice.push(other);
        }
    }
    Ok(slice.entries)
}

/// A list on the way from its one end to the other.
struct Walk<'w, K, E> {
    index: &'w Index<'w, K, E>,
    order: Order,
    stretches: VecDeque<Stretch<E>>,
}

/// The entries of a head or a page that are still to come.
struct Stretch<E> {
    part: Part<E>,
    /// Where it ends: newest first it holds this position, oldest first what is before. `None`: nowhere.
    until: Option<Position>,
}

enum Part<E> {
    Read(VecDeque<E>),
    Unread(PageRef),
}

impl<E: Entry> Part<E> {
    fn counts(&self) -> (usize, usize) {
        match self {
            Part::Unread(page) => (page.count, page.marked),
            Part::Read(entries) => (entries.len(), marked(entries)),
        }
    }
}

impl<K: Kv, E: Entry> Walk<'_, K, E> {
    /// Whether a position comes before a stretch ends.
    fn is_before(&self, position: Position, until: Option<Position>) -> bool {
        match (self.order, until) {
            (_, None) => true,
            (Order::NewestFirst, Some(until)) => position >= until,
            (Order::OldestFirst, Some(until)) => position < until,
        }
    }

    /// Whether a whole stretch comes before another ends.
    fn is_whole_before(&self, end: Option<Position>, until: Option<Position>) -> bool {
        match (end, until) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(end), Some(until)) => match self.order {
                Order::NewestFirst => end >= until,
                Order::OldestFirst => end <= until,
            },
        }
    }

    /// How many entries come before `until`, and how many of them are marked.
    async fn count(&mut self, until: Option<Position>) -> Result<(usize, usize), Halt> {
        let (mut count, mut marks) = (0, 0);
        for at in 0..self.stretches.len() {
            let whole = self.is_whole_before(self.stretches[at].until, until);
            if !whole {
                self.read_at(at).await?;
            }
            let (here, here_marked) = match &self.stretches[at].part {
                Part::Read(entries) if !whole => {
                    let before = |entry: &&E| self.is_before(Position::of(*entry), until);
                    let before: Vec<_> = entries.iter().take_while(before).collect();
                    let marked = before.iter().filter(|entry| entry.is_marked()).count();
                    (before.len(), marked)
                }
                part => part.counts(),
            };
            (count, marks) = (count + here, marks + here_marked);
            if !whole {
                break;
            }
        }
        Ok((count, marks))
    }

    /// Passes over what comes before `until`, which was counted.
    fn pass(&mut self, until: Option<Position>) {
        while let Some(mut stretch) = self.stretches.pop_front() {
            if self.is_whole_before(stretch.until, until) {
                continue;
            }
            if let Part::Read(entries) = &mut stretch.part {
                entries.retain(|entry| !self.is_before(Position::of(entry), until));
            }
            self.stretches.push_front(stretch);
            break;
        }
    }

    /// The next entry, if it comes before this position. One of this position is passed over: it is listed twice.
    async fn next_before(&mut self, position: Position) -> Result<Option<E>, Halt> {
        let Some(next) = self.peek().await? else { return Ok(None) };
        if next == position {
            self.next();
            return Ok(None);
        }
        let before = match self.order {
            Order::NewestFirst => next > position,
            Order::OldestFirst => next < position,
        };
        Ok(if before { self.next() } else { None })
    }

    /// The next entry, if it comes before `until`.
    async fn next_until(&mut self, until: Option<Position>) -> Result<Option<E>, Halt> {
        let Some(next) = self.peek().await? else { return Ok(None) };
        Ok(if self.is_before(next, until) { self.next() } else { None })
    }

    async fn peek(&mut self) -> Result<Option<Position>, Halt> {
        while !self.stretches.is_empty() {
            self.read_at(0).await?;
            if let Some(Stretch { part: Part::Read(entries), .. }) = self.stretches.front()
                && let Some(entry) = entries.front()
            {
                return Ok(Some(Position::of(entry)));
            }
            self.stretches.pop_front();
        }
        Ok(None)
    }

    fn next(&mut self) -> Option<E> {
        match &mut self.stretches.front_mut()?.part {
            Part::Read(entries) => entries.pop_front(),
            Part::Unread(_) => None,
        }
    }

    async fn read_at(&mut self, at: usize) -> Result<(), Halt> {
        if let Part::Unread(page) = &self.stretches[at].part {
            let entries = self.read(Part::Unread(page.clone())).await?;
            self.stretches[at].part = Part::Read(entries);
        }
        Ok(())
    }

    async fn read(&self, part: Part<E>) -> Result<VecDeque<E>, Halt> {
        let page = match part {
            Part::Read(entries) => return Ok(entries),
            Part::Unread(page) => page,
        };
        let mut page = self.index.read_page(page.id).await?.ok_or(Halt::Moved)?;
        if self.order == Order::NewestFirst {
            page.entries.reverse();
        }
        Ok(page.entries.into())
    }
}
