//! Requests that come again with their `Idempotency-Key`, as clients send them that were never answered: the host ended
//! after the commit, and somebody else changed the contact meanwhile.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod stage;

use contacts::ContactError;
use conversation::{KeyReused, limits};
use serde_json::{Value, json};
use stage::{ANA, Stage};
use store::memory::{Backend, Fault};

/// More operations than a change of a contact takes.
const OPERATIONS: u64 = 30;

fn contact(stage: &Stage) -> Value {
    stage.get(json!({"phone": ANA})).unwrap()
}

#[test]
fn a_contact_that_is_created_again_stays_as_others_changed_it() {
    let stage = Stage::new();
    let body = json!({"phone": ANA, "name": "Ana", "tags": "new", "metadata": {"plan": "free"}});
    stage.with_key("1", "a").create(body.clone());
    let changed =
        json!({"phone": ANA, "name": "Ana D.", "tags": "vip", "metadata": {"plan": "gold"}});
    stage.update(changed).unwrap();
    let shown = stage.with_key("1", "a").create(body);
    assert_eq!(
        (&shown["name"], &shown["tags"], &shown["metadata"]["plan"]),
        (&json!("Ana D."), &json!(["vip"]), &json!("gold"))
    );
    assert_eq!(shown, contact(&stage), "it is shown as it is now");
}

#[test]
fn an_update_that_comes_again_stays_as_others_changed_it() {
    let stage = Stage::new();
    stage.create(json!({"phone": ANA}));
    let update = json!({"phone": ANA, "name": "Ana"});
    stage.with_key("1", "a").update(update.clone()).unwrap();
    stage.with_key("2", "b").update(json!({"phone": ANA, "name": "Bea"})).unwrap();
    assert_eq!(stage.with_key("1", "a").update(update.clone()).unwrap()["name"], "Bea");
    // Without a key each is a request of its own.
    assert_eq!(stage.update(update).unwrap()["name"], "Ana");
}

#[test]
fn a_tag_that_others_took_or_gave_back_stays_so() {
    let stage = Stage::new();
    stage.create(json!({"phone": ANA}));
    let tag = json!({"phone": ANA, "tag": "vip"});
    stage.with_key("1", "a").add_tag(tag.clone()).unwrap();
    stage.with_key("2", "a").remove_tag(tag.clone()).unwrap();
    let added = stage.with_key("1", "a").add_tag(tag.clone()).unwrap();
    assert_eq!((&added["tag_added"], &added["tags"]), (&json!("vip"), &json!([])));
    stage.add_tag(tag.clone()).unwrap();
    let removed = stage.with_key("2", "a").remove_tag(tag).unwrap();
    assert_eq!((&removed["tag_removed"], &removed["tags"]), (&json!("vip"), &json!(["vip"])));
}

#[test]
fn a_key_that_comes_with_another_body_is_refused_and_changes_nothing() {
    let stage = Stage::new();
    stage.with_key("1", "a").create(json!({"phone": ANA, "name": "Ana"}));
    let before = contact(&stage);
    let other = stage.with_key("1", "b");
    let (bea, tag) = (json!({"phone": ANA, "name": "Bea"}), json!({"phone": ANA, "tag": "vip"}));
    for refused in [
        other.try_create(bea.clone()),
        other.update(bea),
        other.add_tag(tag.clone()),
        other.remove_tag(tag),
    ] {
        assert_eq!(refused, Err(ContactError::KeyReused(KeyReused)));
    }
    assert_eq!(contact(&stage), before);
}

#[test]
fn a_key_adds_no_write_and_what_changes_nothing_is_not_written_for_it() {
    let stage = Stage::new();
    stage.create(json!({"phone": ANA}));
    stage.create(json!({"phone": ANA, "name": "A."}));
    let writes = |name: &str, key: &str| {
        let before = stage.kv.counts().writes();
        stage.with_key(key, "a").update(json!({"phone": ANA, "name": name})).unwrap();
        stage.kv.counts().writes() - before
    };
    assert_eq!([writes("Ana", "1"), writes("Ana", "1"), writes("Ana", "2")], [2, 0, 0]);
}

#[test]
fn sixteen_keys_are_remembered_and_none_of_those_who_give_none() {
    let stage = Stage::new();
    let update = |key: &str, name: &str| {
        stage.with_key(key, key).update(json!({"phone": ANA, "name": name})).unwrap()
    };
    stage.create(json!({"phone": ANA}));
    update("first", "Ana");
    for n in 0..limits::KEY_USES {
        stage.update(json!({"phone": ANA, "name": format!("without {n}")})).unwrap();
    }
    assert_ne!(update("first", "Ana")["name"], "Ana");
    for n in 0..limits::KEY_USES {
        update(&n.to_string(), &n.to_string());
    }
    assert_eq!(update("first", "Ana")["name"], "Ana");
}

#[test]
fn an_update_that_ends_anywhere_is_done_once_whatever_others_do_before_it_comes_again() {
    for backend in [Backend::Sqlite, Backend::Redis, Backend::DynamoDb] {
        for fault in [Fault::Before, Fault::After] {
            for nth in 0..OPERATIONS {
                let stage = Stage::on(backend);
                stage.create(json!({"phone": ANA}));
                let mine = json!({"phone": ANA, "name": "mine"});
                stage.kv.fail_at(nth, fault);
                let _ = stage.with_key("1", "a").update(mine.clone());
                stage.kv.settle();
                let was_done = contact(&stage)["name"] == "mine";
                stage.update(json!({"phone": ANA, "name": "theirs"})).unwrap();
                stage.with_key("1", "a").update(mine).unwrap();
                let expected = if was_done { "theirs" } else { "mine" };
                assert_eq!(contact(&stage)["name"], expected, "{backend:?} {fault:?} {nth}");
            }
        }
    }
}
