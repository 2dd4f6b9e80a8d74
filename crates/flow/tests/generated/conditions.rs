//! Conditions with every operator.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::texts;

/// Operators that look at `value` only.
const OF_ONE: &[&str] = &["exists", "not_exists", "is_number", "is_email", "is_phone", "is_date"];

/// Operators and what they compare with, besides a template.
fn compared() -> Vec<(&'static str, Value)> {
    let texts = ["equals", "not_equals", "contains", "not_contains", "starts_with", "ends_with"];
    let words = ["has_phrase", "has_any_word", "has_all_words", "in"];
    let orders = ["gt", "gte", "lt", "lte"];
    let dates = ["date_before", "date_after"];
    let mut all = vec![
        ("between", json!([1, 200])),
        ("between", json!(["{{vars.v}}", "{{context.number}}"])),
        ("in", json!(["a", "{{vars.v}}", 2])),
        ("has_any_word", json!(["refund", "money back"])),
        ("matches", json!("(a*)*b$")),
        ("matches", json!(r"^\d+")),
        ("matches", json!("refund|退款")),
    ];
    all.extend(texts.map(|op| (op, json!("a"))));
    all.extend(words.map(|op| (op, json!("refund, money 退款"))));
    all.extend(orders.map(|op| (op, json!(12.5))));
    all.extend(dates.map(|op| (op, json!("2026-12-24"))));
    all.extend(
        texts.into_iter().chain(words).chain(orders).chain(dates).map(|op| (op, Value::Null)),
    );
    all
}

fn item() -> impl Strategy<Value = Value> {
    let value = || select(texts::EXPRESSIONS).prop_map(Value::from);
    let two = (value(), select(compared()), value()).prop_map(|(value, (op, fixed), template)| {
        let to = if fixed.is_null() { template } else { fixed };
        json!({"value": value, "op": op, "to": to})
    });
    let one = (value(), select(OF_ONE)).prop_map(|(value, op)| json!({"value": value, "op": op}));
    prop_oneof![3 => two, 1 => one]
}

fn group(items: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    (any::<bool>(), vec(items, 1..4)).prop_map(|(all, items)| match all {
        true => json!({"all": items}),
        false => json!({"any": items}),
    })
}

/// A condition, with a group in it at times.
pub fn condition() -> impl Strategy<Value = Value> {
    group(prop_oneof![4 => item().boxed(), 1 => group(item()).boxed()])
}
