//! What a list finds, and how many keys it reads.

use conversation::{Conversation, ConversationEntry};
use flow::Timestamp;
use store::memory::{Backend, MemoryKv, block_on};
use store::{Change, StoreError};

use super::*;

const AGENT: Uuid = Uuid::from_u128(7);
const NEWEST_FIRST: Order = Order::Created { oldest_first: false };

/// An agent's conversations in a store.
struct Desk {
    kv: MemoryKv,
    count: u64,
}

impl Desk {
    fn new() -> Self {
        Self { kv: MemoryKv::new(Backend::Sqlite), count: 0 }
    }

    /// A store that knows nothing yet: as an instance that was just made.
    fn store(&self) -> Store<MemoryKv> {
        Store::new(self.kv.clone(), || 0)
    }

    fn list() -> String {
        keys::conversations(&AGENT.to_string())
    }

    fn poke(&self, n: u64, entry: &ConversationEntry<'_>) {
        let json = serde_json::to_vec(entry).unwrap();
        self.kv.poke(&keys::slot(&Self::list(), n), &json);
    }

    /// The next entry of the list, by its address.
    fn entry(&mut self) -> Conversation {
        self.count += 1;
        let n = self.count;
        self.kv.poke(&Self::list(), &n.to_le_bytes());
        let at = Timestamp(n * 1_000);
        let address = format!("visitor-{n}");
        let account = format!("test:{AGENT}");
        let mut conversation =
            Conversation::new("acme", Channel::Webchat, &account, &address, AGENT, at);
        conversation.agent = Some(AGENT);
        conversation.listed = Some(n);
        self.poke(n, &ConversationEntry::of(&conversation));
        conversation
    }

    /// Entries whose conversations nobody reads.
    fn entries(&mut self, count: u64) {
        for _ in 0..count {
            self.entry();
        }
    }

    fn write(&self, conversation: &Conversation) {
        let key = keys::conversation(&conversation.id.to_string());
        let json = serde_json::to_vec(conversation).unwrap();
        let written = self.store();
        let written =
            written.update(&key, async |_| Ok::<_, StoreError>(Change::Write(json.clone(), ())));
        block_on(written).unwrap();
    }

    fn conversations(&mut self, count: u64) {
        for _ in 0..count {
            let conversation = self.entry();
            self.write(&conversation);
        }
    }

    /// What is listed, how many there are, and how many keys were read for it.
    fn listed(
        &self,
        filter: &Filter,
        order: Order,
        page: (usize, usize),
    ) -> (Vec<String>, usize, u64) {
        let (page, reads) = self.page(filter, order, page);
        let found = page.conversations.into_iter().filter_map(|shown| shown.channel_user_id);
        (found.collect(), page.total, reads)
    }

    fn page(&self, filter: &Filter, order: Order, page: (usize, usize)) -> (Page, u64) {
        let before = self.kv.counts();
        let page = block_on(list(&self.store(), AGENT, filter, order, page)).unwrap();
        let after = self.kv.counts();
        assert_eq!(after.writes(), before.writes(), "a list writes nothing");
        (page, after.reads() - before.reads())
    }
}

fn addresses(numbers: impl IntoIterator<Item = u64>) -> Vec<String> {
    numbers.into_iter().map(|n| format!("visitor-{n}")).collect()
}

#[test]
fn a_plain_page_reads_as_many_keys_of_a_hundred_thousand_as_of_a_hundred() {
    // The counter, and for each conversation its entry, its birth and its document.
    let expected = 1 + 20 * 3;
    for size in [100, 100_000] {
        let mut desk = Desk::new();
        desk.conversations(20);
        desk.entries(size - 40);
        desk.conversations(20);
        let newest = desk.listed(&Filter::default(), NEWEST_FIRST, (1, 20));
        let all = usize::try_from(size).unwrap();
        assert_eq!(newest, (addresses((size - 19..=size).rev()), all, expected));
        let oldest = Order::Created { oldest_first: true };
        let oldest = desk.listed(&Filter::default(), oldest, (1, 20));
        assert_eq!(oldest, (addresses(1..=20), all, expected));
        let last_page = desk.listed(&Filter::default(), NEWEST_FIRST, (all / 20, 20));
        assert_eq!(last_page, (addresses((1..=20).rev()), all, expected));
        let beyond = desk.listed(&Filter::default(), NEWEST_FIRST, (all / 20 + 1, 20));
        assert_eq!(beyond, (Vec::new(), all, 1));
    }
}

#[test]
fn a_filter_looks_at_the_thousand_latest_and_reads_the_conversations_of_its_page() {
    let mut desk = Desk::new();
    desk.entries(100);
    desk.conversations(1_000);
    let search = |text: &str| Filter { search: Some(text.to_owned()), ..Filter::default() };
    // Of 1100 there is one; of 42 there is none among the latest, and 1042.
    for (text, found, reads) in [
        ("visitor-1100", addresses([1100]), 1 + 1_000 + 2),
        ("visitor-42", addresses((420..430).rev()), 1 + 1_000 + 2 * 10),
        // The first page behind these is the first of all then.
        ("nobody", Vec::new(), 1 + 1_000 + 20),
    ] {
        let count = found.len();
        let listed = desk.listed(&search(text), NEWEST_FIRST, (1, 20));
        assert_eq!(listed, (found, count, reads), "{text}");
    }
    let test = Filter { test: Some(true), ..Filter::default() };
    let (_, total, reads) = desk.listed(&test, NEWEST_FIRST, (1, 20));
    assert_eq!((total, reads), (1_000, 1 + 1_000 + 2 * 20));
    let paused = Filter { paused: Some(false), ..Filter::default() };
    let (_, total, reads) = desk.listed(&paused, NEWEST_FIRST, (1, 20));
    assert_eq!((total, reads), (1_000, 1 + 1_000 * 3));
}

#[test]
fn the_order_of_the_last_message_looks_at_the_five_hundred_latest() {
    let mut desk = Desk::new();
    desk.entries(100);
    desk.conversations(500);
    let order = Order::LastMessage { oldest_first: false };
    let (_, total, reads) = desk.listed(&Filter::default(), order, (1, 20));
    assert_eq!((total, reads), (500, 1 + 500 * 3));
}

#[test]
fn what_changed_last_is_first_whenever_it_began() {
    let mut desk = Desk::new();
    for changed in [7, 9, 8] {
        let mut conversation = desk.entry();
        conversation.updated_at = Timestamp(changed * 1_000);
        desk.write(&conversation);
    }
    let order = |oldest_first| Order::Updated { oldest_first };
    let (found, total, _) = desk.listed(&Filter::default(), order(false), (1, 20));
    assert_eq!((found, total), (addresses([2, 3, 1]), 3));
    let (found, ..) = desk.listed(&Filter::default(), order(true), (1, 2));
    assert_eq!(found, addresses([1, 3]));
}

#[test]
fn an_entry_that_nothing_stands_for_is_passed_over() {
    let mut desk = Desk::new();
    desk.conversations(1);
    // Its writer died before it wrote the conversation.
    desk.entry();
    // Its writer died before it wrote the entry.
    desk.entry();
    desk.kv.poke(&keys::slot(&Desk::list(), 3), b"");
    // Two wrote an entry for one conversation: it names the one that won.
    let mut raced = desk.entry();
    desk.entry();
    desk.poke(5, &ConversationEntry::of(&raced));
    raced.listed = Some(4);
    desk.write(&raced);
    // It went over to another agent.
    let mut gone = desk.entry();
    gone.agent = Some(Uuid::from_u128(8));
    desk.write(&gone);
    desk.conversations(1);

    let (found, ..) = desk.listed(&Filter::default(), NEWEST_FIRST, (1, 20));
    assert_eq!(found, addresses([7, 4, 1]));
    let filter = Filter { paused: Some(false), ..Filter::default() };
    let (found, total, _) = desk.listed(&filter, NEWEST_FIRST, (1, 20));
    assert_eq!((found, total), (addresses([7, 4, 1]), 3));
}

#[test]
fn a_name_is_found_in_upper_case_and_in_lower() {
    let mut desk = Desk::new();
    let mut ann = desk.entry();
    ann.username = Some("Ann MÜLLER".to_owned());
    desk.poke(1, &ConversationEntry::of(&ann));
    desk.write(&ann);
    desk.conversations(1);
    let filter = Filter { search: Some("müll".to_owned()), ..Filter::default() };
    let (found, total, _) = desk.listed(&filter, NEWEST_FIRST, (1, 20));
    assert_eq!((found, total), (addresses([1]), 1));
}

#[test]
fn filters_and_orders_go_together() {
    let mut desk = Desk::new();
    for n in 1..=6 {
        let mut conversation = desk.entry();
        conversation.paused = n % 2 == 0;
        conversation.needs_attention = n > 3;
        desk.write(&conversation);
    }
    let filter = Filter { paused: Some(true), needs_attention: Some(true), ..Filter::default() };
    let oldest = Order::Created { oldest_first: true };
    let (found, total, _) = desk.listed(&filter, oldest, (1, 20));
    assert_eq!((found, total), (addresses([4, 6]), 2));
    let (found, total, _) = desk.listed(&filter, oldest, (2, 1));
    assert_eq!((found, total), (addresses([6]), 2));
}

#[test]
fn a_filter_goes_on_to_the_end_behind_the_thousand_latest_at_the_cost_of_a_page() {
    let mut desk = Desk::new();
    desk.conversations(45);
    desk.entries(1_000);
    let search = Filter { search: Some("visitor-4".to_owned()), ..Filter::default() };
    let (first, _) = desk.page(&search, NEWEST_FIRST, (1, 20));
    // What is among the latest is listed, but its conversations are not there; behind them are 45 entries.
    let in_window = (46..=1_045).filter(|n: &u64| n.to_string().starts_with('4')).count();
    assert_eq!(first.total, in_window);
    assert_eq!(first.pages, in_window.div_ceil(20) + 3);
    let mut found = Vec::new();
    for number in in_window.div_ceil(20) + 1..=first.pages {
        let (page, reads) = desk.page(&search, NEWEST_FIRST, (number, 20));
        assert!(reads <= 1 + 1_000 + 3 * 20, "{reads}");
        found.extend(page.conversations.into_iter().filter_map(|shown| shown.channel_user_id));
    }
    assert_eq!(found, addresses([45, 44, 43, 42, 41, 40, 4]));
}
