//! The list of an agent's conversations: a counter with slots, one for each, in the order they began. What changes of a
//! conversation is not in its slot, so that a turn need not write there.

use conversation::{Channel, Conversation, ConversationEntry};
use store::{Kv, Store, StoreError, keys};
use uuid::Uuid;

use crate::ConversationView;

/// Entries that a filter or a search looks at, newest first: ten index pages of a hundred.
pub const MAX_SCANNED: usize = 1_000;
/// The latest conversations among which a time decides the order that is not that of their beginning.
pub const MAX_BY_TIME: usize = 500;

/// In what order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As they began.
    Created {
        /// Which end first.
        oldest_first: bool,
    },
    /// As they were last spoken in, among the [`MAX_BY_TIME`] latest.
    LastMessage {
        /// Which end first.
        oldest_first: bool,
    },
    /// As they last changed, among the [`MAX_BY_TIME`] latest.
    Updated {
        /// Which end first.
        oldest_first: bool,
    },
}

/// Which conversations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// A part of the address or the name, in lower case.
    pub search: Option<String>,
    /// The channel, and whether its test conversations.
    pub channel: Option<(Channel, bool)>,
    /// Whether nothing leaves.
    pub test: Option<bool>,
    /// Whether automation rests.
    pub paused: Option<bool>,
    /// Whether a person should look.
    pub needs_attention: Option<bool>,
}

impl Filter {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn takes_entry(&self, entry: &ConversationEntry<'_>) -> bool {
        let named = |text: &str| {
            let username = entry.username.as_deref().unwrap_or_default();
            [&entry.address, username].iter().any(|name| name.to_lowercase().contains(text))
        };
        self.search.as_deref().is_none_or(named)
            && self.channel.is_none_or(|channel| channel == (entry.channel, entry.test))
            && self.test.is_none_or(|test| test == entry.test)
    }

    fn takes(&self, conversation: &Conversation) -> bool {
        self.paused.is_none_or(|paused| paused == conversation.paused)
            && self.needs_attention.is_none_or(|needs| needs == conversation.needs_attention)
    }

    /// Whether the conversations themselves decide, not only their entries.
    fn asks_conversations(&self) -> bool {
        self.paused.is_some() || self.needs_attention.is_some()
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// What is on it.
    pub conversations: Vec<ConversationView>,
    /// How many there are; of a filter, among the [`MAX_SCANNED`] latest.
    pub total: usize,
    /// How many pages there are.
    pub pages: usize,
}

/// Page `number`, from 1, of an agent's conversations, `limit` on each. A plain list reads `limit` entries and as many
/// conversations.
///
/// A filter looks at the [`MAX_SCANNED`] latest for its first pages. Where there are more, the pages after these are of
/// `limit` entries each, of which they show those that the filter takes: a reader who goes on to the end sees all, and no
/// page costs more than another.
///
/// # Errors
/// When the store fails.
pub async fn list<K: Kv>(
    store: &Store<K>,
    agent: Uuid,
    filter: &Filter,
    order: Order,
    (number, limit): (usize, usize),
) -> Result<Page, StoreError> {
    let list = List { store, agent, key: keys::conversations(&agent.to_string()) };
    let count = usize::try_from(store.count(&list.key).await?).unwrap_or(usize::MAX);
    let offset = number.saturating_sub(1).saturating_mul(limit);
    let place = |from: usize, to: usize, oldest_first| numbers(count, from, to, oldest_first);
    match order {
        Order::Created { oldest_first } if filter.is_empty() => {
            let numbers = place(offset, offset.saturating_add(limit), oldest_first);
            let (conversations, _) = list.filtered(numbers, filter, (0, limit)).await?;
            Ok(Page { conversations, total: count, pages: count.div_ceil(limit) })
        }
        Order::Created { oldest_first } => {
            let window = place(0, MAX_SCANNED, oldest_first);
            let (mut conversations, total) = list.filtered(window, filter, (offset, limit)).await?;
            let first_pages = total.div_ceil(limit);
            if number > first_pages {
                let from = MAX_SCANNED + (number - first_pages - 1).saturating_mul(limit);
                let numbers = place(from, from.saturating_add(limit), oldest_first);
                (conversations, _) = list.filtered(numbers, filter, (0, limit)).await?;
            }
            let pages = first_pages + count.saturating_sub(MAX_SCANNED).div_ceil(limit);
            Ok(Page { conversations, total, pages })
        }
        Order::LastMessage { oldest_first } | Order::Updated { oldest_first } => {
            let numbers = place(0, MAX_BY_TIME, false);
            let (mut found, total) = list.filtered(numbers, filter, (0, usize::MAX)).await?;
            found.sort_by(|a, b| match order {
                Order::Updated { .. } => a.updated_at.cmp(&b.updated_at),
                _ => a.last_message_at.cmp(&b.last_message_at),
            });
            if !oldest_first {
                found.reverse();
            }
            let conversations = found.into_iter().skip(offset).take(limit).collect();
            Ok(Page { conversations, total, pages: total.div_ceil(limit) })
        }
    }
}

/// The numbers of the slots at the places from `from` to before `to`.
fn numbers(count: usize, from: usize, to: usize, oldest_first: bool) -> Vec<u64> {
    let places = from.min(count)..to.min(count);
    let number = |place| if oldest_first { place + 1 } else { count - place };
    places.map(|place| number(place) as u64).collect()
}

struct List<'a, K> {
    store: &'a Store<K>,
    agent: Uuid,
    key: String,
}

type Numbered = (u64, ConversationEntry<'static>);

impl<K: Kv> List<'_, K> {
    /// What the filter takes of these, from `offset` on, `limit` at most, and how many it takes. Only what is shown of
    /// them is kept: a thousand conversations would be a hundred megabytes.
    async fn filtered(
        &self,
        numbers: Vec<u64>,
        filter: &Filter,
        (offset, limit): (usize, usize),
    ) -> Result<(Vec<ConversationView>, usize), StoreError> {
        let mut entries = self.entries(numbers).await?;
        entries.retain(|(_, entry)| filter.takes_entry(entry));
        if !filter.asks_conversations() {
            let total = entries.len();
            let page = entries.into_iter().skip(offset).take(limit).collect();
            return Ok((self.conversations(page, filter, (0, limit)).await?.0, total));
        }
        self.conversations(entries, filter, (offset, limit)).await
    }

    /// The entries of these numbers. One whose writer died, or that does not read, is passed over.
    async fn entries(&self, numbers: Vec<u64>) -> Result<Vec<Numbered>, StoreError> {
        let slots = self.store.slots(&self.key, &numbers).await?;
        let entry =
            |(n, slot): (u64, Option<Vec<u8>>)| Some((n, serde_json::from_slice(&slot?).ok()?));
        Ok(numbers.into_iter().zip(slots).filter_map(entry).collect())
    }

    /// The conversations of these entries that the filter takes, but for those that another entry stands for.
    async fn conversations(
        &self,
        entries: Vec<Numbered>,
        filter: &Filter,
        (offset, limit): (usize, usize),
    ) -> Result<(Vec<ConversationView>, usize), StoreError> {
        let keys: Vec<String> =
            entries.iter().map(|(_, entry)| keys::conversation(&entry.id.to_string())).collect();
        let taken = |at: usize, found: Conversation| {
            let is_entry = found.agent == Some(self.agent) && found.listed == Some(entries[at].0);
            (is_entry && filter.takes(&found)).then(|| ConversationView::of(&found))
        };
        let taken = self.store.read_json_all(&keys, taken).await?;
        let taken: Vec<ConversationView> = taken.into_iter().flatten().flatten().collect();
        let total = taken.len();
        Ok((taken.into_iter().skip(offset).take(limit).collect(), total))
    }
}

#[cfg(test)]
mod tests;
