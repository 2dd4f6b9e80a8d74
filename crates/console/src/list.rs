//! The list of an agent's conversations: a counter with slots, one for each, in the order they began. What changes of a
//! conversation is not in its slot, so that a turn need not write there.

use conversation::{Channel, Conversation, ConversationEntry};
use futures::future::join_all;
use store::{Kv, Store, StoreError, keys};
use uuid::Uuid;

/// Entries that a filter or a search looks at, newest first: ten index pages of a hundred.
pub const MAX_SCANNED: u64 = 1_000;
/// The latest conversations among which the last message decides the order.
pub const MAX_BY_LAST_MESSAGE: u64 = 500;
/// Reads that are made at the same time.
const TOGETHER: usize = 32;

/// In what order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As they began.
    Created {
        /// Which end first.
        oldest_first: bool,
    },
    /// As they were last spoken in, among the [`MAX_BY_LAST_MESSAGE`] latest.
    LastMessage {
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

/// The conversations of an agent from `offset` on, `limit` at most, and how many there are. A plain list reads `limit`
/// entries and as many conversations; a filter counts what is among the [`MAX_SCANNED`] latest.
///
/// # Errors
/// When the store fails.
pub async fn list<K: Kv>(
    store: &Store<K>,
    agent: Uuid,
    filter: &Filter,
    order: Order,
    (offset, limit): (usize, usize),
) -> Result<(Vec<Conversation>, usize), StoreError> {
    let list = List { store, agent, key: keys::conversations(&agent.to_string()) };
    let count = store.count(&list.key).await?;
    match order {
        Order::Created { oldest_first } if filter.is_empty() => {
            let numbers = numbers(count, offset, limit, oldest_first);
            let entries = list.entries(numbers).await?;
            let found = list.conversations(entries).await?;
            Ok((found, usize::try_from(count).unwrap_or(usize::MAX)))
        }
        Order::Created { oldest_first } => {
            let mut numbers = numbers(count, 0, scanned(MAX_SCANNED), false);
            if oldest_first {
                numbers.reverse();
            }
            list.filtered(numbers, filter, (offset, limit)).await
        }
        Order::LastMessage { oldest_first } => {
            let numbers = numbers(count, 0, scanned(MAX_BY_LAST_MESSAGE), false);
            let (mut found, total) = list.filtered(numbers, filter, (0, usize::MAX)).await?;
            found.sort_by_key(|conversation| conversation.log.back().map(|last| last.at));
            if !oldest_first {
                found.reverse();
            }
            Ok((found.into_iter().skip(offset).take(limit).collect(), total))
        }
    }
}

fn scanned(entries: u64) -> usize {
    usize::try_from(entries).unwrap_or(usize::MAX)
}

/// The numbers of the slots from `offset` on.
fn numbers(count: u64, offset: usize, limit: usize, oldest_first: bool) -> Vec<u64> {
    let offset = u64::try_from(offset).unwrap_or(u64::MAX);
    let end = offset.saturating_add(u64::try_from(limit).unwrap_or(u64::MAX)).min(count);
    let places = offset.min(end)..end;
    places.map(|place| if oldest_first { place + 1 } else { count - place }).collect()
}

struct List<'a, K> {
    store: &'a Store<K>,
    agent: Uuid,
    key: String,
}

type Numbered = (u64, ConversationEntry<'static>);

impl<K: Kv> List<'_, K> {
    async fn filtered(
        &self,
        numbers: Vec<u64>,
        filter: &Filter,
        (offset, limit): (usize, usize),
    ) -> Result<(Vec<Conversation>, usize), StoreError> {
        let mut entries = self.entries(numbers).await?;
        entries.retain(|(_, entry)| filter.takes_entry(entry));
        if !filter.asks_conversations() {
            let total = entries.len();
            let page = entries.into_iter().skip(offset).take(limit).collect();
            return Ok((self.conversations(page).await?, total));
        }
        let mut found = self.conversations(entries).await?;
        found.retain(|conversation| filter.takes(conversation));
        let total = found.len();
        Ok((found.into_iter().skip(offset).take(limit).collect(), total))
    }

    /// The entries of these numbers. One whose writer died, or that does not read, is passed over.
    async fn entries(&self, numbers: Vec<u64>) -> Result<Vec<Numbered>, StoreError> {
        let mut found = Vec::with_capacity(numbers.len());
        for some in numbers.chunks(TOGETHER) {
            let slots = join_all(some.iter().map(|n| self.store.slot(&self.key, *n))).await;
            for (n, slot) in some.iter().zip(slots) {
                let entry = slot?.and_then(|json| serde_json::from_slice(&json).ok());
                found.extend(entry.map(|entry| (*n, entry)));
            }
        }
        Ok(found)
    }

    /// The conversations of these entries, but for those that another entry stands for.
    async fn conversations(&self, entries: Vec<Numbered>) -> Result<Vec<Conversation>, StoreError> {
        let mut found = Vec::with_capacity(entries.len());
        for some in entries.chunks(TOGETHER) {
            let read = join_all(some.iter().map(|(_, entry)| self.conversation(entry.id))).await;
            for ((n, _), conversation) in some.iter().zip(read) {
                found.extend(conversation?.filter(|conversation| {
                    conversation.agent == Some(self.agent) && conversation.listed == Some(*n)
                }));
            }
        }
        Ok(found)
    }

    async fn conversation(&self, id: Uuid) -> Result<Option<Conversation>, StoreError> {
        self.store.read_json(&keys::conversation(&id.to_string())).await
    }
}
