//! What a list costs, in keys read, for a team of a hundred workflows and one of ten thousand.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use store::memory::block_on;
use store::{Index, keys};
use workflows::{Listed, Summary};

use super::*;

/// Keys of a plain page of a team of 100: the own list, the public one, which is not there, twenty workflows, where each lives.
const PLAIN: u64 = 4 + 2 * 20;
/// More that it may be with 10,000: pages of the list that the workflows are in.
const PLAIN_MORE: u64 = 2;
/// The same for a page of 100, and for one that is far from both ends: two pages at most.
const FAR_MORE: u64 = 2;
/// Keys of a search and of a sort with 10,000: all pages, of some 200 workflows each, and a plain page.
const SEARCH: u64 = PLAIN + 90;

/// A team of many: only the workflows that the test reads are there, all are listed.
fn team_of(many: u64) -> Kv {
    static LISTS: Mutex<BTreeMap<u64, Stored>> = Mutex::new(BTreeMap::new());
    let mut lists = LISTS.lock().unwrap_or_else(PoisonError::into_inner);
    let stored = lists.entry(many).or_insert_with(|| listing(many));
    let store = store();
    for (key, value) in stored {
        store.kv().poke(key, value);
    }
    store
}

/// Keys and values.
type Stored = Vec<(String, Vec<u8>)>;

fn listing(many: u64) -> Stored {
    let store = store();
    let index: Index<'_, _, Listed> = Index::new(&store, keys::workflows(TEAM));
    for n in 1..=many {
        let summary = Summary {
            name: name(n),
            category: Some("support".to_owned()),
            description: Some("What this one does is said in some fifty letters.".to_owned()),
            updated_at: Timestamp(n),
            public: false,
        };
        let entry = Listed { id: id(n), created_at: Timestamp(n), summary: Some(summary) };
        block_on(index.enlist(&entry, 10_000)).unwrap();
    }
    let kv = store.kv();
    kv.keys().into_iter().map(|key| (key.clone(), kv.peek(&key).unwrap())).collect()
}

fn name(n: u64) -> String {
    format!("Workflow number {n}")
}

/// Writes the document of a workflow that [`team_of`] has listed.
fn is_there(store: &Kv, n: u64) {
    let draft = Definition {
        category: Some("support".to_owned()),
        description: Some("What this one does is said in some fifty letters.".to_owned()),
        ..named(&name(n))
    };
    create(store, TEAM, n, &draft);
}

/// Keys read by an instance that knows nothing.
fn keys_read(store: &Kv, listing: &Listing, found: usize) -> u64 {
    let fresh = open(store.kv());
    let before = store.kv().counts();
    assert_eq!(list(&fresh, TEAM, listing).0.len(), found);
    let after = store.kv().counts();
    assert_eq!(before.writes(), after.writes(), "a list writes nothing");
    after.reads() - before.reads()
}

#[test]
fn the_keys_that_a_list_reads_are_bounded() {
    for many in [100, 10_000] {
        let store = team_of(many);
        for n in (1..=20).chain(many / 2 + 1..=many / 2 + 20).chain(many - 19..=many) {
            is_there(&store, n);
        }
        let more = |more| if many > 100 { more } else { 0 };

        let plain_page = keys_read(&store, &plain(), 20);
        assert!(plain_page <= PLAIN, "a plain page of {many}: {plain_page}");
        let oldest = Listing { descending: false, ..plain() };
        let last = Listing { offset: many as usize - 20, ..plain() };
        for listing in [oldest, last] {
            let read = keys_read(&store, &listing, 20);
            assert!(read <= PLAIN + more(PLAIN_MORE), "an outer page of {many}: {read}");
        }
        let far = Listing { offset: many as usize / 2 - 20, ..plain() };
        let read = keys_read(&store, &far, 20);
        assert!(read <= PLAIN + more(FAR_MORE), "a page in the middle of {many}: {read}");

        let all = if many > 100 { SEARCH } else { PLAIN };
        let search = Listing { search: Some(name(many).to_lowercase()), ..plain() };
        let read = keys_read(&store, &search, 1);
        assert!(read <= all, "a search among {many}: {read}");
        let by_update = Listing { sort: SortBy::UpdatedAt, ..plain() };
        let read = keys_read(&store, &by_update, 20);
        assert!(read <= all, "a sort of {many}: {read}");
    }
}

#[test]
fn what_a_change_writes_does_not_depend_on_how_many_there_are() {
    for many in [100, 10_000] {
        let store = team_of(many);
        is_there(&store, 1);
        let writes = |act: &dyn Fn()| {
            let before = store.kv().counts().writes();
            act();
            store.kv().counts().writes() - before
        };
        // The list's head; the published content; the workflow's birth, and itself.
        let created = writes(&|| drop(create(&store, TEAM, many + 1, &named("new"))));
        assert_eq!(created, 4, "a creation in {many}");
        // The workflow, and its entry in the list.
        let renamed = writes(&|| drop(block_on(rename(&store, 1, "other", many + 2)).unwrap()));
        assert_eq!(renamed, 2, "a change in {many}");
        // The workflow, and its entry; of a page its count, too.
        let deleted = writes(&|| block_on(delete(&store, 1)).unwrap());
        assert_eq!(deleted, if many > 100 { 3 } else { 2 }, "a deletion in {many}");
    }
}

#[test]
fn a_document_of_a_list_stays_small_however_many_it_lists() {
    let store = team_of(10_000);
    for key in store.kv().keys() {
        let bytes = store.kv().peek(&key).unwrap().len();
        // The head's 48 KiB of entries and what it knows of its pages.
        assert!(bytes <= 64 * 1024, "{key}: {bytes}");
    }
}
