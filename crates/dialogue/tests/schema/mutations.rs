//! Schema and readers are held together by what they say of thousands of definitions, each of which is a good one with
//! one thing changed: what the schema refuses the readers refuse, and of what the readers refuse all that the schema
//! covers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{corpus, validator, verdict};

/// A place in a definition that is changed.
struct Site {
    definition: Value,
    /// A JSON pointer.
    path: String,
}

/// Fields below which everything is the author's own.
const FREE: [&str; 7] = ["vars", "contact", "with", "headers", "body", "variables", "setup_steps"];

/// The places of all definitions, one of each kind, in the smallest definition that has it.
fn sites() -> BTreeMap<String, Site> {
    let mut definitions = corpus::definitions();
    definitions.sort_by_key(|(_, definition)| definition.to_string().len());
    let mut sites = BTreeMap::new();
    for (_, definition) in &definitions {
        walk(definition, definition, String::new(), String::new(), &mut sites);
    }
    sites
}

fn walk(
    definition: &Value,
    value: &Value,
    path: String,
    kind: String,
    sites: &mut BTreeMap<String, Site>,
) {
    let is_free = FREE.iter().any(|field| kind.contains(&format!("/{field}/")));
    if !path.is_empty() && !is_free {
        let site = || Site { definition: definition.clone(), path: path.clone() };
        sites.entry(kind.clone()).or_insert_with(site);
    }
    match value {
        Value::Object(fields) => {
            // What an object is decides what its fields can be.
            let is = ["op", "type"].iter().find_map(|name| fields.get(*name)?.as_str());
            let kind = is.map_or(kind.clone(), |is| format!("{kind}({is})"));
            for (name, value) in fields {
                walk(definition, value, format!("{path}/{name}"), format!("{kind}/{name}"), sites);
            }
        }
        Value::Array(items) => {
            for (i, value) in items.iter().enumerate() {
                walk(definition, value, format!("{path}/{i}"), format!("{kind}/*"), sites);
            }
        }
        _ => {}
    }
}

/// Every number that the schema has as a limit of this kind.
fn limits(schema: &Value, names: &[&str], found: &mut BTreeSet<u64>) {
    match schema {
        Value::Object(fields) => {
            for (name, value) in fields {
                let limit = value.as_f64().filter(|_| names.contains(&name.as_str()));
                found.extend(limit.map(|limit| limit as u64));
                limits(value, names, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| limits(item, names, found)),
        _ => {}
    }
}

/// What is put in the place of a value.
fn replacements(schema: &Value, old: &Value, in_graph: bool) -> Vec<Value> {
    let mut new = vec![
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(""),
        json!(" "),
        json!("x"),
        json!("a b"),
        json!("{{vars.x}}"),
        json!("#x"),
        json!("next"),
        json!({}),
        json!([]),
        json!([7]),
        json!([7, 8]),
        json!({"x": 7}),
    ];
    if !in_graph {
        new.push(Value::Null);
    }
    let beyond = |names: &[&str]| {
        let mut found = BTreeSet::new();
        limits(schema, names, &mut found);
        found.into_iter().flat_map(|limit| [limit, limit + 1])
    };
    match old {
        Value::String(_) => {
            new.extend(beyond(&["maxLength"]).map(|length| "x".repeat(length as usize).into()));
        }
        Value::Number(_) => new.extend(beyond(&["minimum", "maximum"]).map(Value::from)),
        Value::Array(items) if !items.is_empty() => {
            let few = beyond(&["minItems", "maxItems"]).filter(|count| *count <= 100);
            new.extend(few.map(|count| Value::from(vec![items[0].clone(); count as usize])));
        }
        Value::Object(fields) if !fields.is_empty() => {
            let (_, first) = fields.iter().next().unwrap();
            let many = beyond(&["maxProperties"]).map(|count| {
                let fields = (0..count).map(|i| (format!("x{i}"), first.clone()));
                Value::Object(fields.collect())
            });
            new.extend(many);
            let with = |name: &str| {
                let mut fields = fields.clone();
                fields.insert(name.to_owned(), first.clone());
                Value::Object(fields)
            };
            let names = ["nonsense", "", "a b", "9", "id"].map(with);
            new.extend(names.into_iter().chain([with(&"x".repeat(64)), with(&"x".repeat(65))]));
        }
        _ => {}
    }
    new
}

/// Every definition that comes of changing one place.
fn changed(schema: &Value, site: &Site) -> Vec<Value> {
    let Site { definition, path } = site;
    let old = definition.pointer(path).unwrap();
    let in_graph = path.starts_with("/graph");
    let put = |value: Value| {
        let mut changed = definition.clone();
        *changed.pointer_mut(path).unwrap() = value;
        changed
    };
    let mut all: Vec<Value> = replacements(schema, old, in_graph).into_iter().map(put).collect();
    let (parent, name) = path.rsplit_once('/').unwrap();
    let mut without = definition.clone();
    if let Value::Object(fields) = without.pointer_mut(parent).unwrap() {
        fields.shift_remove(name);
        all.push(without);
    }
    all
}

#[test]
fn the_schema_refuses_what_the_readers_refuse_and_nothing_else() {
    let schema = workflows::schema();
    let validator = validator();
    let (mut count, mut wrong) = (0, Vec::new());
    for (kind, site) in sites() {
        for definition in changed(&schema, &site) {
            count += 1;
            let verdict = verdict::of(&definition);
            let fits = validator.is_valid(&definition);
            let now = definition.pointer(&site.path).map(ToString::to_string);
            let now = now.map(|now| now.chars().take(100).collect::<String>());
            if !fits && !verdict.refuses {
                let why = crate::errors(&validator, &definition);
                wrong.push(format!("{kind} = {now:?}: only the schema refuses it: {why:?}"));
            }
            if fits && !verdict.covered.is_empty() {
                wrong.push(format!(
                    "{kind} = {now:?}: only the readers refuse it: {:?}",
                    verdict.covered
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 3_000, "{count}");
}
