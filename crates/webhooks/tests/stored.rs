//! The document of a team's webhooks, changed by several at the same time.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use conversation::{EventId, KeyUse, NoticeEvent};
use flow::Timestamp;
use store::Store;
use store::memory::{Backend, MemoryKv, Random, block_on};
use teams::Secrets;
use uuid::Uuid;
use webhooks::{AddError, MAX_WEBHOOKS, Surface, Webhook};

const TEAM: &str = "acme";

fn store(kv: &MemoryKv) -> Store<MemoryKv> {
    let mut random = Random::new(1);
    Store::new(kv.clone(), move || random.number())
}

fn webhook(n: u128, surface: Surface) -> Webhook {
    let id = Uuid::from_u128(n);
    let secrets = Secrets::new("a key").unwrap();
    Webhook {
        id,
        url: "https://example.com/hook".to_owned(),
        events: None,
        secret: webhooks::seal_secret(id, "whsec_secret", &secrets, [1; 24]).unwrap(),
        surface,
        request: KeyUse { key: EventId::of("key", "k"), body: EventId::of("body", "b") },
        test: None,
        disabled: None,
        created_at: Timestamp(0),
    }
}

#[test]
fn a_secret_opens_with_its_key_in_its_webhook_only() {
    let mine = webhook(1, Surface::Actions);
    let open = |webhook: &Webhook, key: &str| {
        webhooks::open_secret(webhook, &Secrets::new(key).unwrap()).ok()
    };
    assert_eq!(open(&mine, "a key").as_deref(), Some("whsec_secret"));
    assert_eq!(open(&mine, "another"), None);
    assert_eq!(open(&Webhook { id: Uuid::from_u128(2), ..mine.clone() }, "a key"), None);
    let stored = serde_json::to_string(&mine).unwrap();
    assert!(!stored.contains("whsec_"), "{stored}");
}

#[test]
fn an_addition_and_a_deletion_count_once_though_the_store_fails_after_it_wrote() {
    let kv = MemoryKv::new(Backend::Sqlite);
    block_on(webhooks::add(&store(&kv), TEAM, &webhook(1, Surface::Actions))).unwrap();
    let mut fails = true;
    let fail_once = move |operation: &store::memory::Operation| {
        let is_write = operation.kind == store::memory::Kind::Swap;
        (is_write && std::mem::take(&mut fails)).then_some(store::memory::Fault::After)
    };
    kv.faults(fail_once);
    block_on(webhooks::add(&store(&kv), TEAM, &webhook(2, Surface::Actions))).unwrap();
    let mut fails = true;
    kv.faults(move |operation| {
        let is_write = operation.kind == store::memory::Kind::Swap;
        (is_write && std::mem::take(&mut fails)).then_some(store::memory::Fault::After)
    });
    let removed = block_on(webhooks::remove(&store(&kv), TEAM, Uuid::from_u128(1))).unwrap();
    assert_eq!(removed.map(|webhook| webhook.id), Some(Uuid::from_u128(1)));
    kv.settle();
    let left = block_on(webhooks::load(&store(&kv), TEAM)).unwrap();
    assert_eq!(left.webhooks.iter().map(|w| w.id).collect::<Vec<_>>(), [Uuid::from_u128(2)]);
}

#[test]
fn a_team_has_twenty_at_most_and_one_that_is_there_counts_once() {
    let kv = MemoryKv::new(Backend::Sqlite);
    let store = store(&kv);
    for n in 0..MAX_WEBHOOKS as u128 {
        block_on(webhooks::add(&store, TEAM, &webhook(n, Surface::Actions))).unwrap();
    }
    block_on(webhooks::add(&store, TEAM, &webhook(3, Surface::Actions))).unwrap();
    let refused = block_on(webhooks::add(&store, TEAM, &webhook(99, Surface::Actions)));
    assert!(matches!(refused, Err(AddError::Full)));
    // Another team's are its own.
    block_on(webhooks::add(&store, "other", &webhook(99, Surface::Actions))).unwrap();
}

#[test]
fn who_is_disabled_is_told_of_nothing_and_who_names_nothing_of_all_that_its_surface_has() {
    let kv = MemoryKv::new(Backend::Sqlite);
    let store = store(&kv);
    block_on(webhooks::add(&store, TEAM, &webhook(1, Surface::Actions))).unwrap();
    block_on(webhooks::add(&store, TEAM, &webhook(2, Surface::Trigger))).unwrap();
    let wanted = |n: usize| {
        let all = block_on(webhooks::subscriptions(&store, TEAM)).unwrap();
        all.get(n).map(|subscription| subscription.events.clone())
    };
    assert_eq!(wanted(0).as_deref(), Some(&NoticeEvent::ACTIONS[..]));
    assert_eq!(wanted(1).as_deref(), Some(&NoticeEvent::TRIGGER[..]));
    let disable =
        |reason| webhooks::disable(&store, TEAM, Uuid::from_u128(1), reason, Timestamp(5));
    block_on(disable("gone")).unwrap();
    block_on(disable("again")).unwrap();
    assert_eq!(wanted(0).as_deref(), Some(&NoticeEvent::TRIGGER[..]));
    let all = block_on(webhooks::load(&store, TEAM)).unwrap();
    assert_eq!(all.webhooks[0].disabled.as_ref().unwrap().reason, "gone", "why it was first");
}

#[test]
fn every_event_is_stored_by_the_name_that_it_is_shown_by() {
    for event in NoticeEvent::ACTIONS.into_iter().chain(NoticeEvent::TRIGGER) {
        assert_eq!(serde_json::to_value(event).unwrap(), event.as_str());
    }
}
