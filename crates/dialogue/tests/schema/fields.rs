//! Every field that the schema names is one that the readers read, and that a workflow of this repository uses.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::corpus;

/// The fields of each object that the schema describes, by where it is described.
fn named(schema: &Value, at: &str, found: &mut BTreeMap<String, BTreeSet<String>>) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        for (name, field) in properties {
            found.entry(at.to_owned()).or_default().insert(name.clone());
            named(field, &format!("{at}/{name}"), found);
        }
    }
    if let Some(items) = schema.get("items") {
        named(items, at, found);
    }
}

/// The fields of each object of a definition, by where the schema describes it.
fn used(
    schema: &Value,
    here: &Value,
    value: &Value,
    at: &str,
    found: &mut BTreeMap<String, BTreeSet<String>>,
) {
    let mut here = here;
    let mut at = at.to_owned();
    let mut name = here.get("$ref").and_then(Value::as_str).map(str::to_owned);
    if name.as_deref() == Some("#/$defs/node") {
        name = value["type"].as_str().map(|kind| format!("#/$defs/{kind}"));
        let common = found.entry("#/$defs/node".to_owned()).or_default();
        common.extend(["id".to_owned(), "type".to_owned()]);
    }
    if here.get("if").is_some() {
        let is_group = value.get("all").or(value.get("any")).is_some();
        let branch = if is_group { "then" } else { "else" };
        name = here[branch]["$ref"].as_str().map(str::to_owned);
    }
    if let Some(name) = name {
        here = schema.pointer(&name[1..]).expect("a definition");
        at = name;
    }
    match value {
        Value::Object(fields) => {
            let Some(properties) = here.get("properties").and_then(Value::as_object) else {
                return;
            };
            for (name, value) in fields {
                let Some(field) = properties.get(name) else { continue };
                found.entry(at.clone()).or_default().insert(name.clone());
                used(schema, field, value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            let Some(item) = here.get("items") else { return };
            items.iter().for_each(|value| used(schema, item, value, &at, found));
        }
        _ => {}
    }
}

#[test]
fn every_field_of_the_schema_is_used_by_a_workflow_here_and_known_to_its_reader() {
    let schema = workflows::schema();
    let mut wanted = BTreeMap::new();
    named(&schema, "", &mut wanted);
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        named(definition, &format!("#/$defs/{name}"), &mut wanted);
    }
    let mut found = BTreeMap::new();
    for (name, definition) in corpus::definitions() {
        let unknown = |issue: &flow::Issue| issue.code == "unknown_field";
        let mut read = workflows::Definition::default();
        read.apply(&fields::Errors::new().body(&definition), true);
        let issues: Vec<_> = flow::validate(read.parts()).into_iter().filter(unknown).collect();
        assert_eq!(issues, [], "{name}");
        used(&schema, &schema, &definition, "", &mut found);
    }
    let missing = wanted.into_iter().map(|(at, fields)| {
        let used = found.remove(&at).unwrap_or_default();
        (at, fields.difference(&used).cloned().collect::<Vec<_>>())
    });
    let missing: Vec<_> = missing.filter(|(_, fields)| !fields.is_empty()).collect();
    assert!(missing.is_empty(), "no example or dialogue has {missing:#?}");
}
