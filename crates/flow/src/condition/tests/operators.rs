//! What each operator does with text, number, date, list and nothing: the table of `condition.rs`, executed.

use serde_json::{Value, json};

use super::holds;
use crate::condition::operators::OPERATORS;

/// Whether `value op to` holds, both taken from the context, so that nothing is decided when it is read. A pattern is
/// in the condition itself.
fn decide(value: &Value, op: &str, to: &Value) -> bool {
    let to_side = if op == "matches" { to.clone() } else { json!("{{context.to}}") };
    let mut item = json!({"value": "{{context.value}}", "op": op});
    if !to.is_null() {
        item["to"] = to_side;
    }
    let mut context = json!({"to": to});
    if !value.is_null() {
        context["value"] = value.clone();
    }
    holds(json!({"all": [item]}), context)
}

/// An operator, what it compares with, what it holds for, and what not. Null is missing.
type Row = (&'static str, Value, Vec<Value>, Vec<Value>);

fn check(rows: Vec<Row>) {
    for (op, to, yes, no) in rows {
        for value in yes {
            assert!(decide(&value, op, &to), "{value} {op} {to}");
        }
        for value in no {
            assert!(!decide(&value, op, &to), "{value} {op} {to} must not hold");
        }
    }
}

fn list(items: &[Value]) -> Vec<Value> {
    items.to_vec()
}

#[test]
fn equality_and_order() {
    check(vec![
        (
            "equals",
            json!("zoë "),
            list(&[json!("ZOE")]),
            list(&[json!("zo"), json!(["zoe"]), json!(null)]),
        ),
        (
            "equals",
            json!(7),
            list(&[json!("7.0"), json!(7.0)]),
            list(&[json!("seven"), json!(true), json!(null)]),
        ),
        ("equals", json!("007"), list(&[json!(7), json!("007")]), list(&[json!("7")])),
        (
            "equals",
            json!(["a", 1]),
            list(&[json!(["a", 1]), json!([" Á", 1.0])]),
            list(&[json!(["a"]), json!("a"), json!([1, "a"])]),
        ),
        ("equals", json!(" "), list(&[json!(null), json!("")]), list(&[json!("x"), json!([])])),
        (
            "not_equals",
            json!("x"),
            list(&[json!("y"), json!(null), json!(["x"])]),
            list(&[json!("X")]),
        ),
        ("not_equals", json!(""), list(&[json!("x")]), list(&[json!(null)])),
        (
            "gt",
            json!(100),
            list(&[json!("129.00"), json!(101)]),
            list(&[json!(100), json!("many"), json!(null), json!([200])]),
        ),
        ("gte", json!("100"), list(&[json!(100), json!("1,000")]), list(&[json!(99.5)])),
        (
            "lt",
            json!("b"),
            list(&[json!("Á"), json!("a")]),
            list(&[json!("b"), json!(""), json!(null), json!(1)]),
        ),
        (
            "lte",
            json!("2026-05-07"),
            list(&[json!("2026-05-07"), json!("2025-12-31")]),
            list(&[json!("2026-05-08")]),
        ),
        (
            "between",
            json!([5, 10]),
            list(&[json!(5), json!("10"), json!(7.5)]),
            list(&[json!(4.9), json!(11), json!("x"), json!(null), json!([7])]),
        ),
        (
            "between",
            json!(["b", "d"]),
            list(&[json!("B"), json!("c")]),
            list(&[json!("a"), json!("dd"), json!(3)]),
        ),
        ("between", json!([5]), list(&[]), list(&[json!(5)])),
        ("between", json!([10, 5]), list(&[]), list(&[json!(7)])),
    ]);
}

#[test]
fn texts_and_lists() {
    check(vec![
        (
            "in",
            json!(["Red", 2]),
            list(&[json!("réd"), json!("2"), json!(["blue", "red"])]),
            list(&[json!("green"), json!(null), json!([])]),
        ),
        (
            "in",
            json!("red, Green"),
            list(&[json!("RED"), json!("green")]),
            list(&[json!("red, green"), json!(""), json!(null)]),
        ),
        ("in", json!("1,2"), list(&[json!(2), json!("1")]), list(&[json!(12)])),
        ("in", json!(5), list(&[json!("5.0")]), list(&[json!(6)])),
        (
            "contains",
            json!("OE"),
            list(&[json!("Zoë"), json!({"oe": 1}), json!(["oe"])]),
            list(&[json!("Zo"), json!(["zoe"]), json!(null)]),
        ),
        (
            "contains",
            json!(2),
            list(&[json!(129), json!("a2"), json!([2])]),
            list(&[json!(13), json!([22])]),
        ),
        (
            "not_contains",
            json!("oe"),
            list(&[json!("zo"), json!(null), json!([])]),
            list(&[json!("ZOË")]),
        ),
        (
            "starts_with",
            json!("Ord"),
            list(&[json!(" órder 7"), json!(["x", "ord"])]),
            list(&[json!("reorder"), json!(null), json!({"ord": 1})]),
        ),
        (
            "ends_with",
            json!("7"),
            list(&[json!("order 7 "), json!(17)]),
            list(&[json!("7 orders"), json!(null)]),
        ),
        (
            "matches",
            json!(r"^ord[ée]r-\d+$"),
            list(&[json!("ORDER-12"), json!(" ordÉr-1 "), json!(["x", "order-1"])]),
            list(&[json!("order-x"), json!(null), json!({}), json!("")]),
        ),
        (
            "matches",
            json!(r"^\d{3}$"),
            list(&[json!(129), json!("129")]),
            list(&[json!(1290), json!(true)]),
        ),
    ]);
}

#[test]
fn whole_words() {
    check(vec![
        (
            "has_phrase",
            json!("pay now"),
            list(&[json!("I'd like to PAY, now!"), json!(["x", "pay now"])]),
            list(&[json!("pay it now"), json!("repay now"), json!(["pay", "now"]), json!(null)]),
        ),
        (
            "has_any_word",
            json!("pay, buy"),
            list(&[json!("Buy it"), json!("pay"), json!(["x", "buy"])]),
            list(&[json!("repay"), json!(""), json!(null), json!({"pay": 1})]),
        ),
        (
            "has_any_word",
            json!(["check out", "pay"]),
            list(&[json!("let me check out"), json!("PAY")]),
            list(&[json!("check it, out"), json!(null)]),
        ),
        ("has_any_word", json!("👍"), list(&[json!("ok👍🏽")]), list(&[json!("ok")])),
        (
            "has_all_words",
            json!("red shoes"),
            list(&[json!("Shoes, réd ones"), json!(["red", "shoes"])]),
            list(&[json!("red shoe"), json!(["red"]), json!(null)]),
        ),
        (
            "has_all_words",
            json!(["red shoes", "size"]),
            list(&[json!("size 8, red shoes")]),
            list(&[json!("shoes red, size 8")]),
        ),
        ("has_all_words", json!("!"), list(&[]), list(&[json!("!"), json!("x")])),
    ]);
}

#[test]
fn presence_and_form() {
    let nothing = json!(null);
    check(vec![
        (
            "exists",
            nothing.clone(),
            list(&[json!("x"), json!(0), json!(false), json!([]), json!({})]),
            list(&[json!(null), json!(" ")]),
        ),
        ("not_exists", nothing.clone(), list(&[json!(null), json!("")]), list(&[json!(0)])),
        (
            "is_number",
            nothing.clone(),
            list(&[json!(5), json!(" 1,299.50 "), json!("-7")]),
            list(&[json!("5kg"), json!([5]), json!(true), json!(null), json!("")]),
        ),
        (
            "is_email",
            nothing.clone(),
            list(&[json!(" ana@example.com ")]),
            list(&[json!("ana"), json!(["ana@example.com"]), json!(null)]),
        ),
        (
            "is_phone",
            nothing.clone(),
            list(&[json!("+1 (415) 555-0123"), json!("0044 20 7946 0018")]),
            list(&[json!("415 555 0123"), json!(14155550123_u64), json!(null)]),
        ),
        (
            "is_date",
            nothing,
            list(&[
                json!("2026-05-07"),
                json!("7.5.2026"),
                json!("2026-05-07T08:14:23Z"),
                json!("24/12/2026"),
            ]),
            list(&[json!("4/5/2026"), json!("20260507"), json!(1778141663000_u64), json!(null)]),
        ),
    ]);
}

#[test]
fn dates_and_times() {
    check(vec![
        (
            "date_before",
            json!("2026-05-07"),
            list(&[
                json!("6.5.2026"),
                json!("2026-05-06T23:59:59Z"),
                json!("2026-05-07T01:00:00+02:00"),
            ]),
            list(&[
                json!("2026-05-07"),
                json!("2026-05-07T00:00:00Z"),
                json!("soon"),
                json!(null),
                json!(["2026-01-01"]),
            ]),
        ),
        (
            "date_after",
            json!("2026-05-07T12:00:00Z"),
            list(&[json!("2026-05-07T14:00:01+02:00"), json!("2026-05-08")]),
            list(&[json!("2026-05-07"), json!("2026-05-07T12:00:00Z"), json!(null)]),
        ),
        ("date_after", json!("soon"), list(&[]), list(&[json!("2026-05-07")])),
    ]);
}

#[test]
fn every_operator_holds_for_something_and_not_for_something_else() {
    let source = include_str!("operators.rs");
    let documented = include_str!("../../condition.rs");
    for operator in OPERATORS {
        assert!(source.contains(&format!("\"{}\",", operator.name)), "{}", operator.name);
        assert!(documented.contains(&format!("`{}`", operator.name)), "{}", operator.name);
    }
}
