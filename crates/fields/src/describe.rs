//! The JSON Schema (2020-12) of what a piece of reading code reads, made by letting it read.
//!
//! Each field that is asked for notes what it must be, at its place. Samples made from the notes lead the code into
//! nested objects and lists, and into each option, until nothing new is asked for. What is required and what may be
//! null is then found by leaving fields out and by giving null: checks of the code's own count too. What the code does
//! not find wrong a schema must not refuse, so a field is best read whatever was chosen beside it.

use std::cell::RefCell;

use serde_json::{Map, Value, json};

use crate::{Errors, FieldError, Object};

/// What the reading code said of a place.
#[derive(Debug)]
pub(crate) struct Note {
    /// A JSON pointer into the body.
    pub(crate) path: String,
    /// Keywords of a JSON Schema.
    pub(crate) schema: Value,
}

/// Notes lead at most this deep into one another; a body that is read by itself again would never end.
const ROUNDS: usize = 12;

/// What `read` reads, as a JSON Schema. Fields that are not named are let through, unless `read` lets none.
#[must_use]
pub fn describe(read: impl Fn(&Object<'_, '_>)) -> Value {
    let mut schema = json!({"type": "object"});
    for _ in 0..ROUNDS {
        let before = schema.clone();
        for sample in samples(&before) {
            for note in notes(&read, &sample) {
                merge(place(&mut schema, &note.path), note.schema);
            }
        }
        if schema == before {
            break;
        }
    }
    let known = schema.clone();
    settle(&mut schema, &known, &read, "");
    schema
}

/// What `read` finds wrong with a body.
#[must_use]
pub fn refusals(body: &Value, read: impl Fn(&Object<'_, '_>)) -> Vec<FieldError> {
    let errors = Errors::new();
    read(&errors.body(body));
    errors.into_result(()).err().unwrap_or_default()
}

fn notes(read: impl Fn(&Object<'_, '_>), body: &Value) -> Vec<Note> {
    let errors = Errors { notes: Some(RefCell::default()), ..Errors::default() };
    read(&errors.body(body));
    errors.notes.map(RefCell::into_inner).unwrap_or_default()
}

/// The schema of a place: below `items` where a list is, below `properties` elsewhere.
fn place<'s>(schema: &'s mut Value, path: &str) -> &'s mut Value {
    path.split('/').skip(1).fold(schema, |schema, step| {
        if schema.get("items").is_some() {
            return &mut schema["items"];
        }
        &mut schema["properties"][step.replace("~1", "/").replace("~0", "~")]
    })
}

/// Adds keywords; of what was said before, the nested stays and the rest gives way. Rules add up.
fn merge(schema: &mut Value, note: Value) {
    let Value::Object(note) = note else { return };
    if !schema.is_object() {
        *schema = Value::Object(Map::new());
    }
    for (keyword, value) in note {
        match (keyword.as_str(), value) {
            ("items" | "properties", Value::Object(inner)) => {
                let there = &mut schema[&keyword];
                if keyword == "items" {
                    merge(there, Value::Object(inner));
                } else {
                    for (name, value) in inner {
                        merge(&mut there[name], value);
                    }
                }
            }
            ("allOf", Value::Array(rules)) => {
                let there = schema["allOf"].take();
                let mut all = there.as_array().cloned().unwrap_or_default();
                all.extend(
                    rules
                        .into_iter()
                        .filter(|rule| !there.as_array().is_some_and(|there| there.contains(rule))),
                );
                schema["allOf"] = all.into();
            }
            (_, value) => schema[&keyword] = value,
        }
    }
}

/// A body that has every field, and those that differ from it by one field left out or one option chosen.
fn samples(schema: &Value) -> Vec<Value> {
    let whole = sample(schema);
    let mut all = vec![whole.clone()];
    vary(schema, &whole, "", &whole, &mut all);
    all
}

fn vary(schema: &Value, value: &Value, path: &str, whole: &Value, all: &mut Vec<Value>) {
    for option in options(schema).iter().skip(1) {
        all.extend(with(whole, path, Some(option)));
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
                all.extend(with(whole, &path, None));
                vary(&schema["properties"][name], value, &path, whole, all);
            }
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                vary(&schema["items"], first, &format!("{path}/0"), whole, all);
            }
        }
        _ => {}
    }
}

fn options(schema: &Value) -> &[Value] {
    schema["enum"].as_array().map_or(&[], Vec::as_slice)
}

/// A value that a schema allows: its first example, its first option, or the plainest of its type.
fn sample(schema: &Value) -> Value {
    let example = schema["examples"].as_array().and_then(|examples| examples.first());
    if let Some(given) = example.or_else(|| options(schema).first()) {
        return given.clone();
    }
    let kind = schema["type"].as_array().map_or(&schema["type"], |kinds| &kinds[0]);
    match kind.as_str() {
        Some("boolean") => json!(true),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(0)),
        Some("array") => json!([sample(&schema["items"])]),
        Some("object") => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            Value::Object(fields.map(|(name, field)| (name.clone(), sample(field))).collect())
        }
        _ => json!("x"),
    }
}

/// A body with another value in a place, or with nothing there.
fn with(whole: &Value, path: &str, value: Option<&Value>) -> Option<Value> {
    let mut body = whole.clone();
    match value {
        Some(value) => *body.pointer_mut(path)? = value.clone(),
        None => {
            let (parent, name) = path.rsplit_once('/')?;
            let name = name.replace("~1", "/").replace("~0", "~");
            body.pointer_mut(parent)?.as_object_mut()?.shift_remove(&name)?;
        }
    }
    Some(body)
}

/// Whether a field may not be left out, and whether it may not be null.
type Needs = (bool, bool);

/// Says of every field at and below a place whether it is required, and whether it may be null.
fn settle(schema: &mut Value, known: &Value, read: &impl Fn(&Object<'_, '_>), path: &str) {
    let names: Vec<String> =
        schema["properties"].as_object().into_iter().flat_map(Map::keys).cloned().collect();
    let whole = sample(known);
    let (mut required, mut rules) = (Vec::new(), Vec::new());
    for name in names {
        let inner = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
        let needs = |body: &Value| -> Needs {
            let refused = |value| refuses(read, &with(body, &inner, value), &inner);
            (refused(None), refused(Some(&Value::Null)))
        };
        let depends = dependencies(schema, &whole, path, &name, needs);
        let (missing, null) = needs(&whole);
        if missing && depends.is_empty() {
            required.push(name.clone());
        }
        let field = &mut schema["properties"][&name];
        settle(field, known, read, &inner);
        if !null || !depends.is_empty() {
            allow_null(field);
        }
        rules.extend(depends);
    }
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    if !rules.is_empty() {
        merge(schema, json!({"allOf": rules}));
    }
    if schema.get("items").is_some_and(|items| items.get("properties").is_some()) {
        settle(&mut schema["items"], known, read, &format!("{path}/0"));
    }
}

/// What a field needs where that depends on an option that is chosen beside it; nothing where it does not.
fn dependencies(
    schema: &Value,
    whole: &Value,
    path: &str,
    name: &str,
    needs: impl Fn(&Value) -> Needs,
) -> Vec<Value> {
    let mut rules = Vec::new();
    for (beside, field) in schema["properties"].as_object().into_iter().flatten() {
        let chosen = options(field).iter().filter(|_| beside != name).filter_map(|option| {
            let body = with(whole, &format!("{path}/{beside}"), Some(option))?;
            Some((option, needs(&body)))
        });
        let chosen: Vec<(&Value, Needs)> = chosen.collect();
        if chosen.iter().any(|(_, needs)| *needs != chosen[0].1) {
            let needed = chosen.iter().filter(|(_, needs)| needs.0 || needs.1);
            rules.extend(needed.map(|(option, needs)| rule(beside, option, name, *needs)));
        }
    }
    rules
}

/// What holds of a field where an option is chosen.
fn rule(beside: &str, option: &Value, name: &str, (missing, null): Needs) -> Value {
    let mut then = Map::new();
    if missing {
        then.insert("required".to_owned(), json!([name]));
    }
    if null {
        then.insert("properties".to_owned(), json!({name: {"not": {"type": "null"}}}));
    }
    json!({"if": {"properties": {beside: {"const": option}}, "required": [beside]}, "then": then})
}

fn refuses(read: &impl Fn(&Object<'_, '_>), body: &Option<Value>, path: &str) -> bool {
    let Some(body) = body else { return false };
    let here = |error: &FieldError| {
        error.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    refusals(body, read).iter().any(here)
}

fn allow_null(schema: &mut Value) {
    if schema.get("$ref").is_some() || schema.get("anyOf").is_some() {
        let mut ways = schema.get("anyOf").and_then(Value::as_array).cloned();
        let ways = ways.get_or_insert_with(|| vec![json!({"$ref": schema["$ref"]})]);
        ways.push(json!({"type": "null"}));
        let ways = Value::from(ways.clone());
        if let Some(keywords) = schema.as_object_mut() {
            keywords.shift_remove("$ref");
        }
        schema["anyOf"] = ways;
        return;
    }
    let mut kinds = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.clone(),
        Some(kind @ Value::String(_)) => vec![kind.clone()],
        _ => return,
    };
    if !kinds.iter().any(|kind| kind == "null") {
        kinds.push("null".into());
    }
    schema["type"] = kinds.into();
    if let Some(Value::Array(options)) = schema.get_mut("enum")
        && !options.iter().any(Value::is_null)
    {
        options.push(Value::Null);
    }
}
