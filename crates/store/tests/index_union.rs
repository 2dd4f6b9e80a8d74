//! Two lists read as one are what their sorted union would be, and a page of it reads few pages of theirs.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod list;

use list::{Line, line, store};
use store::memory::{Backend, MemoryKv, Random, block_on};
use store::{Index, Order, Store};

const MOST: usize = 20_000;

struct Two<'s> {
    own: Index<'s, MemoryKv, Line>,
    other: Index<'s, MemoryKv, Line>,
    /// Oldest first.
    both: Vec<Line>,
}

/// Entries of which one in `own` parts is listed first, one in `other` parts second; some in both.
fn two<'s>(store: &'s Store<MemoryKv>, random: &mut Random, own: u64, other: u64) -> Two<'s> {
    let mut two = Two {
        own: Index::new(store, "workflows:acme"),
        other: Index::new(store, "workflows:~public"),
        both: Vec::new(),
    };
    for n in 1..=600 {
        let (first, second) = (random.once_in(own), random.once_in(other));
        // Several of the same time.
        let mut line = line(n, n / 3, 900);
        line.marked = first && second;
        if first {
            block_on(two.own.enlist(&line, MOST)).unwrap();
        }
        if second {
            block_on(two.other.enlist(&line, MOST)).unwrap();
        }
        if first || second {
            two.both.push(line);
        }
    }
    two
}

#[test]
fn two_lists_are_read_as_one() {
    let mut random = Random::new(7);
    for (own, other) in [(1, 2), (2, 1), (1, 40), (40, 1), (2, 2), (1, 0), (0, 1), (0, 0), (1, 1)] {
        let store = store(Backend::Sqlite);
        let mut two = two(&store, &mut random, own, other);
        for order in [Order::OldestFirst, Order::NewestFirst] {
            for _ in 0..150 {
                let (offset, limit) = (random.below(620) as usize, random.below(50) as usize);
                let page = block_on(two.own.page_with(&two.other, offset, limit, order)).unwrap();
                let expected: Vec<_> = two.both.iter().skip(offset).take(limit).cloned().collect();
                assert_eq!(page.entries, expected, "{own}, {other}, {order:?}, {offset}, {limit}");
                assert_eq!(page.total, two.both.len());
            }
            let all = block_on(two.own.page_with(&two.other, 0, usize::MAX, order)).unwrap();
            assert_eq!(all.entries, two.both);
            two.both.reverse();
        }
    }
}

#[test]
fn a_page_of_two_lists_reads_few_of_theirs() {
    let mut random = Random::new(7);
    for (own, other) in [(1, 40), (40, 1)] {
        let store = store(Backend::Sqlite);
        let two = two(&store, &mut random, own, other);
        for offset in [0, 100, 300, 500, 580] {
            let before = store.kv().counts().reads();
            block_on(two.own.page_with(&two.other, offset, 20, Order::NewestFirst)).unwrap();
            let reads = store.kv().counts().reads() - before;
            // Two heads; of the longer list two pages, of the shorter one all it has: one at most.
            assert!(reads <= 5, "{reads} reads at {offset}");
        }
    }
}
