use serde_json::{Value, json};

use crate::routing::tests::{name_of, play};

fn rule(id: &str, trigger: &str, condition: Option<Value>) -> Value {
    let condition = condition.map(|condition| condition.to_string());
    json!({"id": id, "name": id, "trigger": trigger, "condition": condition, "response": id, "enabled": true})
}

fn chosen(rules: &[Value], texts: &[(&str, &str)]) {
    for (text, expected) in texts {
        assert_eq!(name_of(&play(&json!({"rules": rules}), text)), *expected, "{text}");
    }
}

#[test]
fn the_first_rule_with_a_phrase_of_the_message_answers() {
    let mut rules = [
        rule("money", "refund, money back,,\nmoney-back guarantee", None),
        rule("never", " , ?!\n", None),
        rule("all", "money, 退款，お金、نقود، нет", None),
    ];
    chosen(
        &rules,
        &[
            ("I want my MONEY BACK", "rule money"),
            ("Refund?", "rule money"),
            ("money", "rule all"),
            ("给我退款", "rule all"),
            ("نقود", "rule all"),
            ("НЕТ!", "rule all"),
            ("?!", "fixed"),
            ("back", "fixed"),
        ],
    );
    rules[0]["enabled"] = json!(false);
    chosen(&rules, &[("money back", "rule all"), ("refund", "fixed")]);
}

#[test]
fn a_condition_in_json_must_hold_and_one_in_words_does() {
    let when = |op: &str| json!({"all": [{"value": "{{contact.name}}", "op": op}]});
    let rules = [
        rule("nameless", "hi", Some(when("not_exists"))),
        rule("named", "hi, ho", Some(when("exists"))),
        rule(
            "shouting",
            "ho",
            Some(json!({"all": [{"value": "{{input.text}}", "op": "contains", "to": "!"}]})),
        ),
    ];
    chosen(&rules, &[("hi", "rule named"), ("ho!", "rule named")]);
    for words in ["is a customer", "[1]", "12", "{{contact.vip}}", "{\"all\": [", "\"x\""] {
        let mut rule = rule("a", "hi", None);
        rule["condition"] = json!(words);
        chosen(&[rule], &[("hi", "rule a")]);
    }
}

#[test]
fn a_rule_whose_condition_does_not_hold_is_traced_as_considered() {
    let rules = [
        rule(
            "no",
            "hi, there",
            Some(json!({"all": [{"value": "{{contact.nope}}", "op": "exists"}]})),
        ),
        rule("yes", "hi", None),
    ];
    let step = play(&json!({"rules": rules}), "hi there");
    assert_eq!(
        serde_json::to_value(&step.trace[..4]).unwrap(),
        json!([
            {"type": "considered", "route": "rule", "name": "no", "score": 2.0},
            {"type": "missing", "node": "#rule/0", "variable": "contact.nope"},
            {"type": "considered", "route": "rule", "name": "yes", "score": 1.0},
            {"type": "routed", "route": "rule", "name": "yes"},
        ])
    );
}
