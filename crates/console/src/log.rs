//! Reading a conversation's messages: the newest are in its document, older ones in pages that never change.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use conversation::{Conversation, Message, Messages};
use flow::Timestamp;
use store::{Kv, Store, StoreError, keys, together};
use uuid::{Uuid, Version};

/// Pages that a search reads, newest first; and looking for a message whose id has no time.
const SEARCHED: u64 = 10;

/// The messages of a conversation. Reads each page once.
pub struct LogReader<'a, K> {
    store: &'a Store<K>,
    conversation: &'a Conversation,
    read: RefCell<BTreeMap<u64, Rc<Messages>>>,
}

impl<'a, K: Kv> LogReader<'a, K> {
    /// The messages of `conversation`.
    pub fn new(store: &'a Store<K>, conversation: &'a Conversation) -> Self {
        Self { store, conversation, read: RefCell::default() }
    }

    /// How many there are: they are numbered from 1 to this.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.conversation.sequence
    }

    /// Those from number `first` to `last`, in order. Reads as many pages as hold them, and as many as a bisection needs.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn range(&self, first: u64, last: u64) -> Result<Vec<Message>, StoreError> {
        let last = last.min(self.count());
        let mut found = BTreeMap::new();
        if first <= last.min(self.conversation.in_pages()) {
            let mut n = self.page_of(first).await?;
            while n <= self.conversation.log_pages {
                let page = self.page(n).await?;
                let is_last = page.back().is_none_or(|newest| newest.sequence >= last);
                found.extend(page.numbered(first, last).map(by_number));
                if is_last {
                    break;
                }
                n += 1;
            }
            self.settle(&mut found, (first, last)).await?;
        }
        // What the document holds is newer than what a page says of it.
        found.extend(self.conversation.log.numbered(first, last).map(by_number));
        Ok(found.into_values().collect())
    }

    /// Puts what became of messages later in the place of what their page says.
    async fn settle(
        &self,
        found: &mut BTreeMap<u64, Message>,
        (first, last): (u64, u64),
    ) -> Result<(), StoreError> {
        let strays = self.conversation.strays.iter().filter(|(n, _)| found.contains_key(n));
        let pages: BTreeSet<u64> = strays.map(|(_, page)| *page).collect();
        for page in together(pages.into_iter().map(|n| self.page(n))).await? {
            found.extend(page.numbered(first, last).map(by_number));
        }
        Ok(())
    }

    /// The message of an id. Its time is in the id; where that is derived from an `Idempotency-Key` it is not, and the message
    /// is looked for in the newest pages.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn find(&self, id: Uuid) -> Result<Option<Message>, StoreError> {
        if let Some(message) = self.conversation.message(id) {
            return Ok(Some(message.clone()));
        }
        if id.get_version() == Some(Version::Sha1) {
            return self.find_in_newest(id).await;
        }
        let Some(at) = id.get_timestamp() else { return Ok(None) };
        let (seconds, nanos) = at.to_unix();
        let at = Timestamp(seconds * 1000 + u64::from(nanos / 1_000_000));
        let Some(number) = self.number_of(id, at).await? else { return Ok(None) };
        Ok(self.range(number, number).await?.pop())
    }

    /// The message of an id, if it is in one of the newest pages: what became of it later is in a newer one.
    async fn find_in_newest(&self, id: Uuid) -> Result<Option<Message>, StoreError> {
        let newest = self.conversation.log_pages;
        for n in (newest.saturating_sub(SEARCHED) + 1..=newest).rev() {
            let page = self.page(n).await?;
            if let Some(message) = page.iter().find(|message| message.id == id) {
                return Ok(Some(message.clone()));
            }
        }
        Ok(None)
    }

    /// The number of a message in a page. What a turn hears and says has one time, and may be on two pages.
    async fn number_of(&self, id: Uuid, at: Timestamp) -> Result<Option<u64>, StoreError> {
        let first = self.first_page(|message| message.at >= at).await?;
        for n in first..=self.conversation.log_pages {
            let page = self.page(n).await?;
            if let Some(message) = page.iter().find(|message| message.id == id) {
                return Ok(Some(message.sequence));
            }
            if page.back().is_none_or(|newest| newest.at > at) {
                break;
            }
        }
        Ok(None)
    }

    /// The number of the last message that was said by a time; 0 if there was none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn number_at(&self, at: Timestamp) -> Result<u64, StoreError> {
        let newest = |messages: &mut dyn Iterator<Item = &Message>| {
            messages.filter(|message| message.at <= at).map(|message| message.sequence).max()
        };
        let in_pages = self.conversation.in_pages();
        let mut here = self.conversation.log.iter().filter(|message| message.sequence > in_pages);
        if let Some(number) = newest(&mut here) {
            return Ok(number);
        }
        let n = self.first_page(|message| message.at > at).await?;
        let mut number = 0;
        for n in n.saturating_sub(1).max(1)..=n.min(self.conversation.log_pages) {
            number = newest(&mut self.page(n).await?.iter()).unwrap_or(0).max(number);
        }
        Ok(number)
    }

    /// The messages whose words contain a text, upper case or lower, oldest first: among the newest, and the newest ten
    /// pages of older ones.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn search(&self, text: &str) -> Result<Vec<Message>, StoreError> {
        let says = |message: &Message| {
            message.words().is_some_and(|words| words.to_lowercase().contains(text))
        };
        let mut found = BTreeMap::new();
        let newest = self.conversation.log_pages;
        let pages = newest.saturating_sub(SEARCHED) + 1..=newest;
        for page in together(pages.map(|n| self.page(n))).await? {
            found.extend(page.iter().filter(|message| says(message)).map(by_number));
        }
        found.extend(self.conversation.log.iter().filter(|message| says(message)).map(by_number));
        Ok(found.into_values().collect())
    }

    /// The first page whose last message is as wanted, which those of all later pages are too; one more than there are,
    /// if there is none.
    async fn first_page(&self, wanted: impl Fn(&Message) -> bool) -> Result<u64, StoreError> {
        let (mut low, mut high) = (1, self.conversation.log_pages + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.page(middle).await?.back().is_some_and(&wanted) {
                true => high = middle,
                false => low = middle + 1,
            }
        }
        Ok(low)
    }

    /// The first page whose last message has this number or a later one; one more than there are, if there is none. Pages hold
    /// about as many each: it is looked for where it then is, and ever further from there.
    async fn page_of(&self, number: u64) -> Result<u64, StoreError> {
        let (pages, in_pages) = (self.conversation.log_pages, self.conversation.in_pages());
        let (mut low, mut high) = (1, pages + 1);
        let mut at = (number.saturating_mul(pages) / in_pages.max(1)).clamp(1, pages.max(1));
        let mut step = 1;
        while low < high {
            let newest = self.page(at).await?.back().map(|message| message.sequence);
            match newest.is_some_and(|newest| newest >= number) {
                true => high = at,
                false => low = at + 1,
            }
            at = match (low, high) {
                (1, _) => high.saturating_sub(step).max(1),
                (_, high) if high > pages => (low + step - 1).min(pages),
                _ => low + (high - low) / 2,
            };
            step *= 2;
        }
        Ok(low)
    }

    async fn page(&self, n: u64) -> Result<Rc<Messages>, StoreError> {
        if let Some(page) = self.read.borrow().get(&n) {
            return Ok(Rc::clone(page));
        }
        let key = keys::conversation_log(&self.conversation.id.to_string(), n);
        let page: Rc<Messages> = Rc::new(self.store.get_json(&key).await?.unwrap_or_default());
        self.read.borrow_mut().insert(n, Rc::clone(&page));
        Ok(page)
    }
}

fn by_number(message: &Message) -> (u64, Message) {
    (message.sequence, message.clone())
}

#[cfg(test)]
mod tests;
