//! Reading a conversation's messages: the newest are in its document, older ones in pages that never change.

use conversation::{Conversation, Message};
use flow::Timestamp;
use store::{Kv, Store, StoreError, keys};
use uuid::Uuid;

/// Pages beyond the last expected one that may hold a message of a range: one that waited long to be sent is moved to a
/// page after those that were said after it.
const STRAGGLERS: u64 = 2;
/// Pages that a search reads, newest first.
const SEARCHED: u64 = 10;

/// The messages of a conversation.
pub struct LogReader<'a, K> {
    store: &'a Store<K>,
    conversation: &'a Conversation,
}

impl<'a, K: Kv> LogReader<'a, K> {
    /// The messages of `conversation`.
    pub fn new(store: &'a Store<K>, conversation: &'a Conversation) -> Self {
        Self { store, conversation }
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
        if first > last {
            return Ok(Vec::new());
        }
        let within = |message: &Message| (first..=last).contains(&message.sequence);
        let mut found: Vec<Message> =
            self.conversation.log.iter().filter(|message| within(message)).cloned().collect();
        let wanted = usize::try_from(last - first + 1).unwrap_or(usize::MAX);
        if found.len() < wanted {
            let mut n = self.first_page(|message| message.sequence >= first).await?;
            let mut beyond = 0;
            while found.len() < wanted && n <= self.conversation.log_pages && beyond < STRAGGLERS {
                let page = self.page(n).await?;
                beyond += u64::from(page.last().is_some_and(|newest| newest.sequence > last));
                found.extend(page.into_iter().filter(within));
                n += 1;
            }
        }
        found.sort_by_key(|message| message.sequence);
        Ok(found)
    }

    /// The message of an id. Its time is in the id.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn find(&self, id: Uuid) -> Result<Option<Message>, StoreError> {
        if let Some(message) = self.conversation.message(id) {
            return Ok(Some(message.clone()));
        }
        let Some(at) = id.get_timestamp() else { return Ok(None) };
        let (seconds, nanos) = at.to_unix();
        let at = Timestamp(seconds * 1000 + u64::from(nanos / 1_000_000));
        let from = self.first_page(|message| message.at >= at).await?;
        for n in from..=self.conversation.log_pages.min(from + STRAGGLERS) {
            let page = self.page(n).await?;
            if let Some(message) = page.into_iter().find(|message| message.id == id) {
                return Ok(Some(message));
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
        if self.conversation.log.front().is_some_and(|oldest| oldest.at <= at) {
            return Ok(newest(&mut self.conversation.log.iter()).unwrap_or(0));
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
        let mut found: Vec<Message> =
            self.conversation.log.iter().filter(|message| says(message)).cloned().collect();
        let newest = self.conversation.log_pages;
        for n in newest.saturating_sub(SEARCHED) + 1..=newest {
            found.extend(self.page(n).await?.into_iter().filter(says));
        }
        found.sort_by_key(|message| message.sequence);
        Ok(found)
    }

    /// The first page whose last message is as wanted, which those of all later pages are too; one more than there are,
    /// if there is none.
    async fn first_page(&self, wanted: impl Fn(&Message) -> bool) -> Result<u64, StoreError> {
        let (mut low, mut high) = (1, self.conversation.log_pages + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.page(middle).await?.last().is_some_and(&wanted) {
                true => high = middle,
                false => low = middle + 1,
            }
        }
        Ok(low)
    }

    async fn page(&self, n: u64) -> Result<Vec<Message>, StoreError> {
        let key = keys::conversation_log(&self.conversation.id.to_string(), n);
        Ok(self.store.get_json(&key).await?.unwrap_or_default())
    }
}
