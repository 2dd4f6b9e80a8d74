mod operators;
mod reading;

use serde_json::{Map, Value, json};

use crate::{Event, Scope, State, Status, Timestamp, advance, compile};

/// Whether a condition holds in a context, by way of a branch.
fn holds(when: Value, context: Value) -> bool {
    let graph = json!({
        "entry": "b",
        "nodes": [
            {"id": "b", "type": "branch", "cases": [{"id": "yes", "when": when}]},
            {"id": "end", "type": "end", "outcome": "yes"},
        ],
        "edges": [{"from": "b", "port": "yes", "to": "end"}],
    });
    let program = compile(&graph).unwrap_or_else(|issues| panic!("{issues:?}"));
    let context: &Map<String, Value> = context.as_object().unwrap();
    let scope = Scope {
        now: Timestamp(0),
        context,
        contact: &Value::Null,
        programs: &crate::NoPrograms,
        has_model: false,
        graph_runs: false,
    };
    match advance(&program, &mut State::default(), &Event::Start { at: None }, &scope).status {
        Status::Completed { outcome } => outcome.as_deref() == Some("yes"),
        other => panic!("{other:?}"),
    }
}

fn compare(value: Value, op: &str, to: Value) -> bool {
    holds(
        json!({"all": [{"value": value, "op": op, "to": to}]}),
        json!({"total": "129.00", "name": "Zoë", "list": ["A", 2], "none": null, "object": {"Key": 1}, "n": 5, "blank": ""}),
    )
}

#[test]
fn numbers_compare_as_numbers_also_when_written_as_text() {
    for (value, op, to) in [
        (json!("{{context.total}}"), "gt", json!(100)),
        (json!("{{context.total}}"), "equals", json!(129)),
        (json!("{{context.total}}"), "gt", json!("99.5")),
        (json!("{{context.n}}"), "lt", json!("10")),
        (json!("{{context.n}}"), "gte", json!(5)),
        (json!("{{context.n}}"), "lte", json!(5.0)),
        (json!("{{context.n + 1}}"), "equals", json!(6)),
        (json!(5), "lt", json!("{{context.total}}")),
    ] {
        assert!(compare(value.clone(), op, to.clone()), "{value} {op} {to}");
    }
    for (value, op, to) in [
        (json!("{{context.total}}"), "gt", json!(129)),
        (json!("{{context.n}}"), "gt", json!(5)),
        (json!("007"), "equals", json!("7")),
    ] {
        assert!(!compare(value.clone(), op, to.clone()), "{value} {op} {to}");
    }
}

#[test]
fn texts_compare_without_regard_to_case_accents_and_spaces() {
    assert!(compare(json!("{{context.name}}"), "equals", json!(" ZOE ")));
    assert!(compare(json!("Hi {{context.name}}!"), "equals", json!("hi  zoë!")));
    assert!(compare(json!("{{context.name}}"), "contains", json!("OE")));
    assert!(compare(json!("{{context.name}}"), "not_equals", json!("Zo")));
    assert!(compare(json!("2026-05-07"), "gt", json!("2026-05-06")));
    assert!(compare(json!("true"), "equals", json!(true)));
}

#[test]
fn lists_contain_items_and_objects_fields() {
    assert!(compare(json!("{{context.list}}"), "contains", json!("a")));
    assert!(compare(json!("{{context.list}}"), "contains", json!("{{ 2 }}")));
    assert!(!compare(json!("{{context.list}}"), "contains", json!("b")));
    assert!(compare(json!("{{context.object}}"), "contains", json!("key")));
    assert!(compare(json!("{{context.list}}"), "equals", json!(["A", 2])));
}

#[test]
fn a_condition_looks_at_a_list_that_would_be_too_long_a_text() {
    let list: Vec<String> = (0..2_000).map(|i| format!("item {i}")).collect();
    let when = json!({"all": [{"value": "{{context.list}}", "op": "contains", "to": "item 1999"}]});
    assert!(holds(when, json!({"list": list})));
}

#[test]
fn nothing_exists_where_it_is_missing_null_or_blank() {
    for path in ["nowhere", "none", "blank", "name.deeper.still"] {
        let value = format!("{{{{context.{path}}}}}");
        assert!(holds(
            json!({"all": [{"value": value, "op": "not_exists"}]}),
            json!({"none": null, "blank": " ", "name": "x"})
        ));
    }
    assert!(holds(
        json!({"all": [{"value": "{{context.no}}", "op": "exists"}]}),
        json!({"no": false})
    ));
}

#[test]
fn nothing_has_no_order_and_is_contained_nowhere() {
    for op in ["gt", "gte", "lt", "lte", "contains"] {
        assert!(!compare(json!("{{context.nowhere}}"), op, json!(1)), "{op}");
        assert!(!compare(json!("x"), op, json!("{{context.nowhere}}")), "{op}");
        assert!(!compare(json!("{{context.name}}"), op, json!(5)), "{op}");
    }
}

#[test]
fn what_cannot_be_computed_counts_as_missing() {
    assert!(!compare(json!("{{context.nowhere + 1}}"), "gt", json!(0)));
    assert!(compare(json!("{{context.nowhere + 1}}"), "not_equals", json!(1)));
}

#[test]
fn all_needs_every_item_and_any_needs_one() {
    let yes = json!({"value": 1, "op": "equals", "to": 1});
    let no = json!({"value": 1, "op": "equals", "to": 2});
    assert!(holds(json!({"all": [yes, yes]}), json!({})));
    assert!(!holds(json!({"all": [yes, no]}), json!({})));
    assert!(holds(json!({"any": [no, yes]}), json!({})));
    assert!(!holds(json!({"any": [no, no]}), json!({})));
}
