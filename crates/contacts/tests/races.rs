//! Requests that meet on two hosts, or end anywhere: contacts are made once, and nothing that was said is lost.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod stage;

use std::rc::Rc;

use contacts::{NewContact, Search, TagFilter, TagRequest};
use flow::Timestamp;
use serde_json::{Value, json};
use stage::{ANA, NOON, TEAM, open};
use store::memory::{Backend, Fault, MemoryKv, Scheduler, block_on};
use store::{Store, keys};

const BACKENDS: [Backend; 3] = [Backend::Sqlite, Backend::Redis, Backend::DynamoDb];
const SEEDS: u64 = 150;
/// More operations than a creation takes.
const OPERATIONS: u64 = 60;

type Memory = Store<MemoryKv>;

async fn create(store: &Memory, body: Value) -> Result<(), contacts::ContactError> {
    let new = contacts::read(&body, NewContact::read).unwrap();
    contacts::create(store, TEAM, &new, None, Timestamp(NOON)).await.map(drop)
}

async fn tag(store: &Memory, tag: &str) -> Result<(), contacts::ContactError> {
    let request = contacts::read(&json!({"phone": ANA, "tag": tag}), TagRequest::read).unwrap();
    contacts::add_tag(store, TEAM, &request, None, Timestamp(NOON)).await.map(drop)
}

/// What the team sees in the end: its contacts, and the names of its tags.
fn seen(kv: &MemoryKv) -> (Vec<Value>, Vec<String>) {
    let store = open(kv, 99);
    let found = block_on(contacts::search(&store, TEAM, &Search::default())).unwrap();
    let found = found.into_iter().map(|view| serde_json::to_value(view).unwrap()).collect();
    let tags = block_on(contacts::list_tags(&store, TEAM, &TagFilter::default())).unwrap();
    (found, tags.into_iter().map(|tag| tag.name).collect())
}

#[test]
fn two_creators_of_one_contact_make_one_that_is_listed_once() {
    for backend in BACKENDS {
        for seed in 0..SEEDS {
            let kv = MemoryKv::new(backend);
            let mut scheduler = Scheduler::new(seed);
            for (host, name) in ["Ana", "Bea", "Cy"].into_iter().enumerate() {
                let store = Rc::new(open(&kv, seed + host as u64));
                let body =
                    json!({"phone": ANA, "metadata": {name: true}, "email": "us@example.com"});
                scheduler.spawn(async move { create(&store, body).await.unwrap() });
            }
            scheduler.run();
            let (found, _) = seen(&kv);
            assert_eq!(found.len(), 1, "{backend:?} {seed}");
            let store = open(&kv, 7);
            let id = conversation::identity::contact(TEAM, ANA);
            let contact = block_on(contacts::load(&store, TEAM, id)).unwrap().expect("a contact");
            assert_eq!(contact.metadata.len(), 3, "{backend:?} {seed}: {contact:?}");
            let count = block_on(store.count(&keys::contacts(TEAM))).unwrap();
            assert!(contact.listed.is_some_and(|n| (1..=count).contains(&n)));
        }
    }
}

#[test]
fn tags_that_hosts_add_at_the_same_time_are_all_there_once() {
    for backend in BACKENDS {
        for seed in 0..SEEDS {
            let kv = MemoryKv::new(backend);
            block_on(create(&open(&kv, seed), json!({"phone": ANA}))).unwrap();
            let mut scheduler = Scheduler::new(seed);
            for (host, name) in ["a", "b", "a", "c"].into_iter().enumerate() {
                let store = Rc::new(open(&kv, seed + 1 + host as u64));
                scheduler.spawn(async move { tag(&store, name).await.unwrap() });
            }
            scheduler.run();
            let (found, tags) = seen(&kv);
            let mut given: Vec<&str> =
                found[0]["tags"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            given.sort_unstable();
            assert_eq!(
                (given, tags),
                (vec!["a", "b", "c"], vec!["a".into(), "b".into(), "c".into()])
            );
        }
    }
}

#[test]
fn a_creation_that_ends_anywhere_and_comes_again_is_as_if_it_had_come_once() {
    let body = json!({"phone": ANA, "name": "Ana", "email": "ana@example.com", "tags": "vip"});
    for backend in BACKENDS {
        let whole = MemoryKv::new(backend);
        block_on(create(&open(&whole, 1), body.clone())).unwrap();
        for fault in [Fault::Before, Fault::After, Fault::Late(5)] {
            for nth in 0..OPERATIONS {
                let kv = MemoryKv::new(backend);
                kv.fail_at(nth, fault);
                // Failed or not, the client asks again.
                while kv.counts().total() <= nth {
                    let _ = block_on(create(&open(&kv, 2), body.clone()));
                }
                block_on(create(&open(&kv, 4), body.clone())).unwrap();
                assert_eq!(seen(&kv), seen(&whole), "{backend:?} {fault:?} {nth}");
                let sought = contacts::Sought::Email("ana@example.com".into());
                block_on(contacts::get(&open(&kv, 5), TEAM, &sought)).unwrap();
            }
        }
    }
}

#[test]
fn a_creator_that_is_killed_leaves_nothing_that_is_seen_and_nothing_in_the_way() {
    for seed in 0..SEEDS {
        let kv = MemoryKv::new(Backend::Sqlite);
        let store = Rc::new(open(&kv, seed));
        let mut scheduler = Scheduler::new(seed);
        let body = json!({"phone": ANA, "email": "ana@example.com", "tags": "vip"});
        let first = body.clone();
        let task = scheduler.spawn(async move { create(&store, first).await.unwrap() });
        for _ in 0..seed % 40 {
            scheduler.step();
        }
        scheduler.crash(task);
        assert!(seen(&kv).0.len() <= 1);
        block_on(create(&open(&kv, seed), body)).unwrap();
        let (found, tags) = seen(&kv);
        assert_eq!((found.len(), tags), (1, vec!["vip".to_owned()]), "{seed}");
    }
}
