//! What a search knows of contacts without looking at them: it reads few of them, and finds each by what it is called now,
//! whoever changes that meanwhile.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod stage;

use std::rc::Rc;

use contacts::Search;
use conversation::{Contact, identity};
use flow::Timestamp;
use serde_json::{Value, json};
use stage::{NOON, Stage, TEAM, open};
use store::memory::{Backend, Fault, MemoryKv, Scheduler, block_on};
use store::{Store, StoreError, keys};

const BACKENDS: [Backend; 3] = [Backend::Sqlite, Backend::Redis, Backend::DynamoDb];
const SEEDS: u64 = 60;
/// As many as make a search write what it learned.
const CONTACTS: usize = 20;

fn phone(n: usize) -> String {
    format!("+49170{n:07}")
}

async fn found(store: &Store<MemoryKv>, query: &str) -> Result<Vec<String>, StoreError> {
    let search = contacts::read(&json!({"query": query}), Search::read).unwrap();
    let found = contacts::search(store, TEAM, &search).await?;
    Ok(found.into_iter().filter_map(|contact| contact.phone).collect())
}

async fn rename(store: &Store<MemoryKv>, n: usize, name: &str) -> Result<(), StoreError> {
    let id = identity::contact(TEAM, &phone(n));
    let act = |contact: &mut Contact| {
        contact.name = Some(name.to_owned());
        Ok::<_, StoreError>(())
    };
    contacts::change(store, TEAM, id, Timestamp(NOON), act).await.map(|changed| {
        changed.expect("a contact");
    })
}

/// A team with contacts that are called `Old 0`, `Old 1`, ….
fn team(backend: Backend) -> Stage {
    let stage = Stage::on(backend);
    for n in 0..CONTACTS {
        stage.create(json!({"phone": phone(n), "name": format!("Old {n:02}")}));
    }
    stage
}

/// Each contact is found by its own name, on a host that knows nothing yet, and where everything is known.
fn assert_all_are_found(kv: &MemoryKv, context: &str) {
    let store = open(kv, 77);
    for _ in 0..2 {
        for n in 0..CONTACTS {
            let id = identity::contact(TEAM, &phone(n));
            let contact = block_on(contacts::load(&store, TEAM, id)).unwrap().expect("a contact");
            let name = contact.name.expect("a name");
            let found = block_on(found(&store, &name)).unwrap();
            assert_eq!(found, [phone(n)], "{name}, {context}");
        }
    }
}

#[test]
fn a_search_looks_at_whom_it_does_not_know_and_at_who_may_match() {
    let stage = Stage::new();
    for n in 0..700 {
        stage.create(json!({"phone": phone(n), "name": format!("Ana {n:03}"), "email": format!("a{n:03}@x.co")}));
    }
    let cost = |query: &str| {
        let before = stage.kv.counts();
        let found = stage.search(json!({"query": query})).as_array().unwrap().len();
        let now = stage.kv.counts();
        (found, now.reads() - before.reads(), now.writes() - before.writes())
    };
    // All contacts and their slots; two documents that are not there yet, and are born.
    let (found, reads, writes) = cost("nobody");
    assert!(found == 0 && reads > 1_400 && writes == 4, "{found}, {reads}, {writes}");
    // The team, the counter and where its list ends, and the two documents.
    assert_eq!(cost("nobody"), (0, 5, 0));
    for query in ["ana 003", "A003@x", "1700000003", "170-000 0003"] {
        assert_eq!(cost(query), (1, 7, 0), "{query}: its slot and itself");
    }
    assert_eq!(cost("|"), (0, 5 + 2 * 700, 0), "what parts texts is in no name");
    // Who is new, or has another name, is looked at. It is not worth a write.
    stage.create(json!({"phone": phone(700), "name": "Bea"}));
    assert_eq!(cost("bea"), (1, 7, 0));
    stage.update(json!({"phone": phone(3), "name": "Zoe"})).unwrap();
    assert_eq!(cost("zoe"), (1, 9, 0));
    assert_eq!(cost("ana 003"), (0, 9, 0));
}

#[test]
fn whatever_a_text_cannot_hold_is_found_all_the_same() {
    let stage = Stage::new();
    let long = "ä".repeat(255);
    let names = [
        "null",
        "Quote \"d\"",
        "back\\slash",
        "tab\there",
        "ΑΣ ΟΔΟΣ",
        "İstanbul",
        &long,
        "|",
        "😀",
    ];
    for (n, name) in names.iter().enumerate() {
        stage.create(json!({"phone": phone(n), "name": name}));
    }
    for n in names.len()..CONTACTS {
        stage.create(json!({"phone": phone(n)}));
    }
    for _ in 0..3 {
        for (n, name) in names.iter().enumerate() {
            let found = stage.search(json!({"query": name}));
            assert_eq!(found[0]["phone"], phone(n), "{name}: {found}");
            assert_eq!(found.as_array().map(Vec::len), Some(1), "{name}");
        }
        let all = stage.search(json!({"query": "49170"}));
        assert_eq!(all.as_array().map(Vec::len), Some(CONTACTS));
    }
}

#[test]
fn two_zeros_are_of_a_phone_or_its_plus_whether_or_not_a_search_looked_before() {
    let stage = Stage::new();
    stage.create(json!({"phone": "+15550000123"}));
    for n in 1..CONTACTS {
        stage.create(json!({"phone": phone(n)}));
    }
    for round in 0..2 {
        for query in
            ["0000123", "00 00-123", "00123", "001 555 00", "001 (0)555 00", "+1\u{202f}555"]
        {
            let found = stage.search(json!({"query": query}));
            assert_eq!(found[0]["phone"], "+15550000123", "{query}, {round}: {found}");
            assert_eq!(found.as_array().map(Vec::len), Some(1), "{query}, {round}");
        }
        let all = stage.search(json!({"query": "00"}));
        assert_eq!(all.as_array().map(Vec::len), Some(CONTACTS));
        assert_eq!(stage.search(json!({"query": "00+"})), json!([]));
    }
}

#[test]
fn names_that_change_while_others_search_are_found_as_they_are_in_the_end() {
    for backend in BACKENDS {
        for seed in 0..SEEDS {
            let kv = team(backend).kv.clone();
            let mut scheduler = Scheduler::new(seed);
            for host in 0..2 {
                let store = Rc::new(open(&kv, seed + host));
                scheduler.spawn(async move {
                    for round in 0..2 {
                        for n in [3, 4, 5] {
                            rename(&store, n, &format!("New {n} {round} {host}")).await.unwrap();
                        }
                    }
                });
                let store = Rc::new(open(&kv, seed + host + 100));
                scheduler.spawn(async move {
                    for _ in 0..3 {
                        found(&store, "old").await.unwrap();
                    }
                });
            }
            scheduler.run();
            assert_all_are_found(&kv, &format!("{backend:?} {seed}"));
        }
    }
}

#[test]
fn a_text_that_was_read_before_a_change_is_not_filled_in_after_another_search_filled_in_what_came_of_it()
 {
    let stage = team(Backend::Sqlite);
    let store = open(&stage.kv, 5);
    block_on(found(&store, "old")).unwrap();
    let key = keys::contact_names(TEAM, 0);
    let names = || -> Value {
        serde_json::from_slice(&block_on(store.read(&key)).unwrap().unwrap()).unwrap()
    };
    block_on(rename(&store, 3, "New")).unwrap();
    let since = names()["changing"]["3"].clone();
    // Others are missing, too, so that it is worth a write.
    for n in 4..CONTACTS {
        block_on(rename(&store, n, &format!("New {n}"))).unwrap();
    }
    block_on(found(&store, "new")).unwrap();
    let filled = names();
    assert!(filled["texts"][3].is_string(), "{filled}");
    assert_eq!(filled["changing"]["3"], since);
}

#[test]
fn a_change_that_ends_anywhere_is_found_as_it_is() {
    for backend in BACKENDS {
        let known = team(backend).kv.clone();
        block_on(found(&open(&known, 5), "old")).unwrap();
        for fault in [Fault::Before, Fault::After, Fault::Late(5)] {
            for nth in 0..12 {
                let kv = team(backend).kv.clone();
                block_on(found(&open(&kv, 5), "old")).unwrap();
                kv.fail_at(nth, fault);
                let _ = block_on(rename(&open(&kv, 6), 3, "New"));
                kv.settle();
                assert_all_are_found(&kv, &format!("{backend:?} {fault:?} {nth}"));
            }
        }
    }
}

#[test]
fn a_slot_that_creators_left_behind_is_looked_at_until_it_is_known_to_be_nobodys() {
    let stage = team(Backend::Sqlite);
    let twice = identity::contact(TEAM, &phone(1));
    block_on(open(&stage.kv, 3).append(&keys::contacts(TEAM), twice.as_bytes())).unwrap();
    stage.orphan(1);
    let reads = || {
        let before = stage.kv.counts().reads();
        let found = stage.search(json!({"query": "old 01"}));
        assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
        stage.kv.counts().reads() - before
    };
    assert!(reads() > 40);
    // As above with one document, the contact and its slot; and of the one that died its slot and who is not there.
    assert_eq!(reads(), 9);
    let _: Value = stage.search(json!({}));
}
