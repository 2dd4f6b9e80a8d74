//! docs/workflow.schema.json: it is what the readers read, no more and no less. `UPDATE=1 cargo test -p dialogue`
//! writes it anew.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../corpus/mod.rs"]
#[allow(dead_code)]
mod corpus;
mod fields;
mod mutations;
mod verdict;

use jsonschema::Validator;
use serde_json::Value;
use verdict::COVERED;

fn validator() -> Validator {
    jsonschema::draft202012::new(&workflows::schema()).expect("a schema")
}

/// What a schema says against a definition: the place, and the words.
fn errors(validator: &Validator, definition: &Value) -> Vec<(String, String)> {
    let errors = validator.iter_errors(definition);
    errors.map(|error| (error.instance_path().to_string(), error.to_string())).collect()
}

#[test]
fn the_file_is_the_schema() {
    let schema = workflows::schema();
    jsonschema::draft202012::meta::validate(&schema).expect("a schema of 2020-12");
    let file = corpus::root().join("docs/workflow.schema.json");
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == text,
        "docs/workflow.schema.json is not what comes out; write it with UPDATE=1"
    );
}

#[test]
fn every_example_and_every_workflow_of_a_dialogue_fits() {
    let validator = validator();
    for (name, definition) in corpus::definitions() {
        assert_eq!(errors(&validator, &definition), [], "{name}");
    }
}

#[test]
fn every_issue_that_a_schema_can_find_it_finds_where_it_is() {
    let validator = validator();
    for (name, definition, issues) in corpus::broken() {
        let errors = errors(&validator, &definition);
        let mut covered = false;
        for issue in &issues {
            let (code, path) = (issue["code"].as_str().unwrap(), issue["path"].as_str().unwrap());
            if !verdict::is_covered(&definition, code, issue["severity"] == "error", path) {
                continue;
            }
            covered = true;
            let found = errors.iter().any(|(place, _)| is_about(place, path));
            assert!(found, "{name}: nothing about {issue}, but {errors:#?}");
        }
        // What the body's own reader refuses comes before all issues.
        covered |= !verdict::of(&definition).covered.is_empty();
        assert!(covered || errors.is_empty(), "{name}: {errors:#?}");
    }
}

/// Whether an error at a place is about a path: at it, in it, or at the object that it is in.
fn is_about(place: &str, path: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    within(place, path)
        || place == parent
        || (within(path, place) && place.matches('/').count() >= 3)
}

#[test]
fn every_code_that_the_schema_covers_is_shown_by_a_broken_file() {
    let broken = corpus::broken();
    for code in COVERED {
        let shown =
            broken.iter().any(|(_, _, issues)| issues.iter().any(|issue| issue["code"] == *code));
        assert!(shown || ["too_many_nodes", "too_many_edges"].contains(code), "{code}");
    }
}
