//! What requests cost in the store, besides the read of the API key: writes are dear, so their number is held.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod stage;

use serde_json::{Value, json};
use stage::{ANA, BEA, Stage};

/// Reads, sets, increments, swaps.
fn cost(stage: &Stage, act: impl FnOnce()) -> [u64; 4] {
    let before = stage.kv.counts();
    act();
    let now = stage.kv.counts();
    let sets = now.sets + now.deletes - before.sets - before.deletes;
    [
        now.reads() - before.reads(),
        sets,
        now.increments - before.increments,
        now.swaps - before.swaps,
    ]
}

/// A team with one account, of which this host has read.
fn stage() -> Stage {
    let stage = Stage::new();
    stage.has_accounts(&["1"]);
    stage
}

#[test]
fn a_contact_costs_what_is_new_of_it() {
    let stage = stage();
    let create = |body: Value| cost(&stage, || drop(stage.create(body)));
    assert_eq!(
        create(json!({"phone": ANA})),
        [8, 2, 2, 0],
        "a new one: itself, and its place in the list"
    );
    assert_eq!(create(json!({"phone": ANA})), [4, 0, 0, 0], "nothing new");
    assert_eq!(create(json!({"phone": ANA, "name": "Ana"})), [8, 1, 1, 1], "a name, the first");
    assert_eq!(create(json!({"phone": ANA, "name": "Anna"})), [6, 0, 0, 2], "another name");
    let whole = json!({"phone": BEA, "email": "bea@example.com", "tags": "vip,new"});
    assert_eq!(create(whole), [16, 4, 4, 0], "a new one, address and tags");
    assert_eq!(create(json!({"phone": ANA, "tags": "new"})), [6, 0, 0, 1], "a tag that is known");
}

#[test]
fn what_is_only_read_writes_nothing() {
    let stage = stage();
    stage.create(json!({"phone": ANA, "email": "ana@example.com"}));
    stage.create(json!({"phone": BEA}));
    let get = |body: Value| cost(&stage, || drop(stage.get(body)));
    assert_eq!(get(json!({"phone": ANA})), [4, 0, 0, 0], "the contact, the team, no conversation");
    assert_eq!(get(json!({"email": "ana@example.com"})), [5, 0, 0, 0]);
    let search = |body: Value| cost(&stage, || drop(stage.search(body)));
    // The team, the counter, and of each contact its slot, its document, and the two keys of a conversation that is not.
    assert_eq!(search(json!({})), [2 + 2 * 4, 0, 0, 0]);
    assert_eq!(search(json!({"query": ANA})), [4, 0, 0, 0], "a whole phone, as to get it");
    assert_eq!(search(json!({"email": "ana@example.com"})), [1 + 2 + 2, 0, 0, 0]);
    assert_eq!(cost(&stage, || drop(stage.tags(json!({}))))[1..], [0, 0, 0]);
}

#[test]
fn a_tag_costs_one_write_and_more_where_the_team_never_gave_it() {
    let stage = stage();
    stage.create(json!({"phone": ANA}));
    let add = |tag: &str| cost(&stage, || drop(stage.add_tag(json!({"phone": ANA, "tag": tag}))));
    assert_eq!(add("first"), [6, 1, 1, 1]);
    assert_eq!(add("second"), [3, 0, 0, 2]);
    assert_eq!(add("second"), [1, 0, 0, 0]);
    let remove = cost(&stage, || drop(stage.remove_tag(json!({"phone": ANA, "tag": "first"}))));
    assert_eq!(remove, [1, 0, 0, 1]);
    assert_eq!(add("first"), [2, 0, 0, 1], "it is known");
}
