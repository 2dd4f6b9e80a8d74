//! What is described is what is read: a schema made from reading code says of every body what the code says of it.

#![cfg(feature = "describe")]
#![allow(clippy::unwrap_used)]

use fields::{Given, Object, describe, refusals};
use serde_json::{Value, json};

/// Everything that a body can be asked for.
fn read(body: &Object<'_, '_>) {
    body.only(&[
        "name", "note", "count", "size", "on", "kind", "url", "text", "tags", "free", "set",
        "rows", "steps",
    ]);
    let _ = body.required_text("name", 5);
    let _ = body.filled_text("note", 5);
    let _ = body.integer("count", 2, 9);
    let _ = body.number("size", 0.5, f64::INFINITY);
    let _ = body.boolean("on");
    let kind = body.one_of("kind", &["text", "url"]).value();
    for (name, needed_by) in [("url", "url"), ("text", "text")] {
        let _ = body.text(name, 9);
        if kind.as_deref() == Some(needed_by) && !body.given(name) {
            body.error(name, "required");
        }
    }
    if kind.is_none() {
        body.error("kind", "required");
    }
    let _ = body.texts("tags", 3);
    let _ = body.map("free");
    if let Given::Value(set) = body.object("set") {
        set.only(&["on", "list"]);
        let _ = set.boolean("on");
        if !set.has("list") {
            set.error("list", "required");
        }
        let _ = set.texts("list", 3);
    }
    let rows = body.objects("rows", |row| {
        let _ = row.required_text("id", 3);
        let _ = row.objects("cells", |cell| cell.one_of("weight", &["high", "low"]));
    });
    let _ = rows;
    body.describe("steps", || json!({"items": {"type": "string"}}));
    let _ = body.list("steps", |step, path| {
        if !step.is_string() {
            body.error_at(path, "must be a string");
        }
        Some(())
    });
}

fn good() -> Value {
    json!({
        "name": "x", "note": "x", "count": 3, "size": 1.5, "on": true, "kind": "text", "text": "x", "url": "x",
        "tags": ["a"], "free": {"a": 1}, "set": {"on": false, "list": ["a"]},
        "rows": [{"id": "a", "cells": [{"weight": "low"}]}], "steps": ["x"],
    })
}

/// The places of a body, as JSON pointers.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| places(value, &format!("{path}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, v)| places(v, &format!("{path}/{i}"), found));
        }
        _ => {}
    }
}

fn bodies() -> Vec<Value> {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(2),
        json!(3.0),
        json!(9),
        json!(10),
        json!(-1),
        json!(1.5),
        json!(""),
        json!(" "),
        json!("abc"),
        json!("abcd"),
        json!("abcdef"),
        json!("abcdefghij"),
        json!("url"),
        json!("text"),
        json!("high"),
        json!("low"),
        json!([]),
        json!({}),
        json!([1]),
        json!(["abc"]),
        json!(["abcd"]),
        json!([null]),
        json!([[]]),
        json!([{}]),
        json!({"x": 1}),
        json!({"list": null}),
        json!([{"id": "a", "cells": null}]),
        json!([{"id": "a", "cells": [{}, []]}]),
        json!({"list": ["a"], "on": 1}),
    ];
    let mut bodies = vec![good()];
    for start in [
        good(),
        json!({"name": "x", "kind": "url", "url": "x"}),
        json!({"name": "x", "kind": "text", "text": "x"}),
    ] {
        let mut found = Vec::new();
        places(&start, "", &mut found);
        for path in found {
            for value in &values {
                let mut body = start.clone();
                *body.pointer_mut(&path).unwrap() = value.clone();
                bodies.push(body);
            }
            let mut body = start.clone();
            let Some((parent, name)) = path.rsplit_once('/') else { continue };
            if let Some(fields) = body.pointer_mut(parent).unwrap().as_object_mut() {
                fields.insert("nonsense".to_owned(), json!(1));
                bodies.push(body.clone());
                let fields = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
                fields.shift_remove("nonsense");
                fields.shift_remove(name);
                bodies.push(body);
            }
        }
    }
    bodies
}

#[test]
fn the_schema_of_reading_code_refuses_what_the_code_refuses_and_nothing_else() {
    let schema = describe(read);
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let bodies = bodies();
    let mut refused = 0;
    for body in &bodies {
        let (errors, fits) = (refusals(body, read), validator.is_valid(body));
        assert_eq!(errors.is_empty(), fits, "{body}\n{errors:?}\n{schema:#}");
        refused += usize::from(!fits);
    }
    assert!(refused > 300 && bodies.len() - refused > 100, "{refused} of {}", bodies.len());
}

#[test]
fn limits_options_and_null_are_in_the_schema() {
    let schema = describe(read);
    assert_eq!(schema["required"], json!(["name", "kind"]));
    assert_eq!(schema["additionalProperties"], false);
    let field = &schema["properties"];
    assert_eq!(field["name"], json!({"type": "string", "maxLength": 5, "pattern": "\\S"}));
    assert_eq!(field["count"], json!({"type": ["integer", "null"], "minimum": 2, "maximum": 9}));
    assert_eq!(field["size"], json!({"type": ["number", "null"], "minimum": 0.5}));
    assert_eq!(field["set"]["required"], json!(["list"]));
    let weight = &field["rows"]["items"]["properties"]["cells"]["items"]["properties"]["weight"];
    assert_eq!(weight["enum"], json!(["high", "low", null]));
}
