use serde_json::{Map, json};

use super::*;
use crate::nodes::tests::stage::Stage;
use crate::{Status, Step};

fn set(fields: Value) -> Stage {
    let mut node = fields;
    node["type"] = json!("set");
    Stage::new(node, &["next"])
}

fn field(name: &str, value: Value) -> Change {
    Change::Field { name: name.to_owned(), value }
}

fn uncomputed(step: &Step) -> usize {
    step.trace.iter().filter(|trace| matches!(trace, Trace::Uncomputed { .. })).count()
}

#[test]
fn values_keep_their_types_and_see_those_before_them() {
    let mut stage = set(json!({"vars": {
        "list": "{{context.items}}", "count": "{{vars.list|length}}", "text": "n: {{vars.count}}",
        "nested": {"a": [true, null, "{{vars.count + 1}}"]}, "gone": "{{context.none}}",
    }}))
    .context(json!({"items": [1, {"a": 2}]}));
    stage.start();
    let vars = json!({"list": [1, {"a": 2}], "count": 2, "text": "n: 2", "nested": {"a": [true, null, 3]}, "gone": null});
    assert_eq!(Value::Object(stage.state.vars), vars);
}

#[test]
fn what_follows_in_the_turn_sees_the_changed_contact() {
    let mut stage = set(json!({
        "vars": {"city": "Maun"},
        "contact": {"name": " {{contact.name|title}} ", "city": "{{vars.city}}", "was": "{{contact.name}}", "old": null},
        "add_tags": ["{{contact.metadata.city}}", " ", "vip"], "remove_tags": ["new"],
    }));
    stage.contact = json!({"name": "ana", "tags": ["new"], "metadata": {"old": 1}});
    let step = stage.start();
    assert_eq!(
        step.changes,
        [
            field("name", json!("Ana")),
            field("city", json!("Maun")),
            field("was", json!("Ana")),
            field("old", Value::Null),
            Change::AddTag { tag: "Maun".into() },
            Change::AddTag { tag: "vip".into() },
            Change::RemoveTag { tag: "new".into() },
        ]
    );
    let mut contact = stage.contact.clone();
    step.changes.iter().for_each(|change| change.apply_to(&mut contact));
    assert_eq!(
        contact,
        json!({"name": "Ana", "tags": ["Maun", "vip"], "metadata": {"city": "Maun", "was": "Ana"}})
    );
}

#[test]
fn what_does_not_fit_a_field_is_not_set() {
    let context = json!({"list": [1], "long": "x".repeat(1_023), "fits": "x".repeat(1_022), "n": 7, "blank": " "});
    let mut stage = set(json!({"contact": {
        "name": "{{context.list}}", "email": "{{context.n}}", "long": "{{context.long}}", "fits": "{{context.fits}}",
        "own": "{{context.list}}",
    }})).context(context.clone());
    let step = stage.start();
    let names: Vec<_> = step
        .changes
        .iter()
        .map(|change| match change {
            Change::Field { name, .. } => name.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!((names, uncomputed(&step)), (vec!["email", "fits", "own"], 2));
    assert_eq!(step.changes[0], field("email", json!("7")));
    let step = set(json!({"contact": {"name": "{{context.blank}}"}})).context(context).start();
    assert_eq!(step.changes, [field("name", Value::Null)]);
}

#[test]
fn a_long_tag_is_cut() {
    let mut stage =
        set(json!({"add_tags": ["{{context.long}}"]})).context(json!({"long": "é".repeat(101)}));
    let step = stage.start();
    let Change::AddTag { tag } = &step.changes[0] else { panic!("{step:?}") };
    assert_eq!(tag.chars().count(), MAX_TAG_CHARS);
    assert!(step.trace.iter().any(|trace| matches!(trace, Trace::Cut { .. })));
}

#[test]
fn a_value_that_repeats_a_large_one_too_often_fails_the_session() {
    let many: Map<String, Value> =
        (0..20).map(|i| (format!("v{i}"), json!("{{context.large}}"))).collect();
    let large = json!({"large": "x".repeat(9_000)});
    let mut stage = set(json!({"vars": {"all": many}})).context(large);
    let step = stage.start();
    let Status::Failed { code, .. } = step.status else { panic!("{step:?}") };
    assert_eq!((code, step.changes.len()), ("template_limit", 0));
}

#[test]
fn a_list_of_itself_does_not_grow_until_the_state_cannot_be_read() {
    let mut stage = set(json!({"vars": {"x": ["{{vars.x}}"]}, "contact": {"x": "{{vars.x}}"}}));
    let mut times = 0;
    let code = loop {
        match stage.start().status {
            Status::Failed { code, .. } => break code,
            _ => times += 1,
        }
    };
    assert_eq!((code, times), ("vars_limit", MAX_VALUE_DEPTH));
    let stored = serde_json::to_string(&stage.state).unwrap();
    assert_eq!(serde_json::from_str::<crate::State>(&stored).unwrap(), stage.state);
}

#[test]
fn a_field_of_the_contact_is_not_nested_without_end() {
    let deep = (0..100).fold(json!(1), |deep, _| json!([deep]));
    let step =
        set(json!({"contact": {"x": "{{context.deep}}"}})).context(json!({"deep": deep})).start();
    assert_eq!((step.changes.len(), uncomputed(&step)), (0, 1));
}
