//! A list is what a sorted `Vec` of its entries would be, whatever its pages are.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod list;

use list::{Line, index, line, pages, store};
use store::memory::{Backend, Random, block_on};
use store::{EnlistError, Listed, Order};
use uuid::Uuid;

const MOST: usize = 2_000;

/// What the list must be: oldest first.
#[derive(Default)]
struct Model(Vec<Line>);

impl Model {
    fn sort(&mut self) {
        self.0.sort_by_key(|line| (line.created_at, line.id));
    }

    fn page(&self, offset: usize, limit: usize, order: Order) -> Listed<Line> {
        let mut lines = self.0.clone();
        if order == Order::NewestFirst {
            lines.reverse();
        }
        let entries = lines.into_iter().skip(offset).take(limit).collect();
        let marked = self.0.iter().filter(|line| line.marked).count();
        Listed { entries, total: self.0.len(), marked }
    }
}

/// Plays changes of a list that grows, or shrinks, in turns.
fn play(seed: u64, backend: Backend) -> usize {
    let mut random = Random::new(seed);
    let store = store(backend);
    let index = index(&store);
    let mut model = Model::default();
    let bytes = [100, 1_000, 4_000][random.below(3) as usize];
    let mut most_pages = 0;
    for step in 1..=600 {
        let at = 1_000 * step;
        let grows = (step / 150) % 2 == 0;
        let any = model.0.get(random.below(model.0.len().max(1) as u64) as usize).cloned();
        match random.below(10) {
            // Mostly of now; some of the past, as what became public is.
            0..6 if grows => {
                let at = if random.once_in(4) { 1 + random.below(at) } else { at };
                let line = line(step, at, bytes);
                assert_eq!(block_on(index.enlist(&line, MOST)), Ok(line.clone()));
                model.0.push(line);
                model.sort();
            }
            6 => {
                let Some(mut again) = any else { continue };
                let there = again.clone();
                again.text = "again".to_owned();
                assert_eq!(block_on(index.enlist(&again, MOST)), Ok(there));
            }
            7 => {
                let Some(mut line) = any else { continue };
                let newer = !random.once_in(3);
                line.updated_at = if newer { line.updated_at + 1 } else { line.updated_at - 1 };
                line.marked = random.once_in(2);
                line.text = "x".repeat(random.below(2 * bytes as u64) as usize);
                assert_eq!(block_on(index.amend(&line)), Ok(true));
                if newer {
                    let at = model.0.iter().position(|there| there.id == line.id).unwrap();
                    model.0[at] = line;
                }
            }
            8 if random.once_in(4) => {
                let nobodys = line(1_000_000 + step, random.below(at), bytes);
                assert_eq!(block_on(index.amend(&nobodys)), Ok(false));
                assert_eq!(block_on(index.remove(nobodys.id, nobodys.created_at)), Ok(false));
            }
            _ => {
                let Some(line) = any else { continue };
                // Also looked for where it is not.
                let at = if random.once_in(8) { random.below(at) } else { line.created_at };
                assert_eq!(block_on(index.remove(line.id, at)), Ok(true));
                model.0.retain(|there| there.id != line.id);
            }
        }
        let (offset, limit) = (random.below(400) as usize, random.below(60) as usize);
        for order in [Order::NewestFirst, Order::OldestFirst] {
            let page = block_on(index.page(offset, limit, order)).unwrap();
            assert_eq!(page, model.page(offset, limit, order), "seed {seed}, step {step}");
        }
        most_pages = most_pages.max(pages(store.kv()).len());
    }
    let all = block_on(index.scan(Order::OldestFirst)).unwrap();
    assert_eq!(all, model.page(0, usize::MAX, Order::OldestFirst), "seed {seed}");
    most_pages
}

#[test]
fn a_list_is_what_a_sorted_vec_would_be() {
    let mut most_pages = 0;
    for seed in 0..30 {
        most_pages = most_pages.max(play(seed, Backend::ALL[seed as usize % 3]));
    }
    assert!(most_pages >= 5, "the lists must be long enough to have pages: {most_pages}");
}

#[test]
fn a_full_list_takes_no_more_and_knows_its_own() {
    let store = store(Backend::Sqlite);
    let index = index(&store);
    for n in 1..=500 {
        block_on(index.enlist(&line(n, n, 200), 500)).unwrap();
    }
    for n in [1, 250, 500] {
        assert_eq!(block_on(index.enlist(&line(n, n, 10), 500)), Ok(line(n, n, 200)), "{n}");
    }
    for at in [0, 250, 501] {
        let refused = block_on(index.enlist(&line(900, at, 200), 500));
        assert_eq!(refused, Err(EnlistError::Full(500)));
    }
}

#[test]
fn an_entry_is_removed_wherever_it_is() {
    let store = store(Backend::Sqlite);
    let index = index(&store);
    for n in 1..=500 {
        block_on(index.enlist(&line(n, n, 200), MOST)).unwrap();
    }
    for (n, at) in [(1, 1), (2, 400), (250, 250), (500, 500), (499, 0)] {
        assert_eq!(block_on(index.remove(Uuid::from_u128(n), at)), Ok(true), "{n} {at}");
    }
    assert_eq!(block_on(index.remove(Uuid::from_u128(501), 7)), Ok(false));
    let left = block_on(index.scan(Order::OldestFirst)).unwrap().entries;
    let expected: Vec<_> = (1..=500).filter(|n| ![1, 2, 250, 499, 500].contains(n)).collect();
    assert_eq!(left, expected.into_iter().map(|n| line(n, n, 200)).collect::<Vec<_>>());
}

#[test]
fn a_list_of_which_nearly_all_was_removed_has_few_pages() {
    let store = store(Backend::Sqlite);
    let index = index(&store);
    for n in 1..=3_000 {
        block_on(index.enlist(&line(n, n, 200), 3_000)).unwrap();
    }
    let before = pages(store.kv()).len();
    for n in (1..=2_900).filter(|n| n % 100 != 0) {
        block_on(index.remove(Uuid::from_u128(n), n as u64)).unwrap();
    }
    let after = pages(store.kv()).len();
    assert!(before >= 20 && after <= 3, "{before} pages, then {after}");
    assert_eq!(block_on(index.scan(Order::NewestFirst)).unwrap().entries.len(), 129);
}
