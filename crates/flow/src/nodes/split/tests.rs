use std::collections::HashMap;

use serde_json::json;

use super::*;
use crate::Timestamp;
use crate::nodes::tests::stage::{Stage, outcome};

fn split(node: Value, ports: &[&str]) -> Stage {
    let mut node = node;
    node["type"] = json!("split");
    Stage::new(node, ports)
}

/// The arms that this many contacts take.
fn taken(stage: &mut Stage, contacts: usize) -> Vec<String> {
    let mut one = |i: usize| {
        stage.contact = json!({"id": format!("contact {i}"), "name": "Ana"});
        outcome(&stage.start()).to_owned()
    };
    (0..contacts).map(&mut one).collect()
}

fn counts(taken: &[String]) -> HashMap<&str, usize> {
    taken.iter().fold(HashMap::new(), |mut counts, arm| {
        *counts.entry(arm.as_str()).or_default() += 1;
        counts
    })
}

#[test]
fn every_arm_has_its_share_of_ten_thousand_contacts() {
    let arms =
        json!([{"id": "a", "weight": 7}, {"id": "b", "weight": 2.5}, {"id": "c", "weight": 0.5}]);
    let taken = taken(&mut split(json!({"arms": arms}), &["a", "b", "c"]), 10_000);
    for (arm, share) in [("a", 7_000), ("b", 2_500), ("c", 500)] {
        assert!(counts(&taken)[arm].abs_diff(share) <= 200, "{arm}: {:?}", counts(&taken));
    }
}

#[test]
fn a_contact_always_takes_the_same_arm() {
    let arms = json!([{"id": "a"}, {"id": "b"}]);
    let mut stage = split(json!({"arms": arms}), &["a", "b"]);
    let before = taken(&mut stage, 50);
    // The share must not change with what the contact is called, what time it is, or what the session has seen.
    stage.now = Timestamp(0);
    stage.context = json!({"x": 1});
    stage.state.vars.insert("x".to_owned(), json!(1));
    assert_eq!(taken(&mut stage, 50), before);
    assert_eq!(counts(&before).len(), 2);
    // Nor with the release: this is what the published shares are made of.
    assert_eq!(place(&json!({"id": "0197a5d0-6e5c-7d51-8d9c-0d5c3f0f6f11"}), "offer"), PLACE);
}

/// SHA-256 of the id, a NUL and `offer`, its first 53 bits over 2^53, computed with another program.
const PLACE: f64 = 0.9865822746253133;

#[test]
fn splits_are_independent_unless_they_share_a_key() {
    let arms = json!([{"id": "a"}, {"id": "b"}]);
    let mut one = split(json!({"arms": arms, "key": "one"}), &["a", "b"]);
    let mut two = split(json!({"arms": arms, "key": "two"}), &["a", "b"]);
    let mut it = split(json!({"arms": arms}), &["a", "b"]);
    let mut same = split(json!({"arms": arms, "key": "it"}), &["a", "b"]);
    let one = taken(&mut one, 2_000);
    let alike = taken(&mut two, 2_000).iter().zip(&one).filter(|(two, one)| two == one).count();
    assert!((900..1_100).contains(&alike), "{alike} of 2,000 take the same arm of both");
    assert_eq!(taken(&mut it, 50), taken(&mut same, 50), "the node's id is the key by default");
}

#[test]
fn a_contact_without_an_id_takes_an_arm_too() {
    let arms = json!([{"id": "a"}, {"id": "b"}]);
    let mut stage = split(json!({"arms": arms}), &["a", "b"]);
    for contact in [Value::Null, json!({}), json!({"id": 7}), json!("x")] {
        stage.contact = contact;
        let first = stage.start();
        assert_eq!(outcome(&first), outcome(&stage.start()));
    }
}

#[test]
fn the_ends_of_the_range_are_the_first_and_the_last_arm() {
    let arm = |id: &str, weight| Arm { id: id.to_owned(), weight };
    let split = Split { arms: vec![arm("a", 0.1), arm("b", 0.2), arm("c", 0.3)], key: None };
    let at = |place: f64| split.arm(place).map(|arm| arm.id.as_str());
    assert_eq!((at(0.0), at(0.5), at(1.0 - f64::EPSILON / 2.0)), (Some("a"), Some("c"), Some("c")));
}
