//! docs/openapi/console.json: it is what comes out, and it is what the code reads, shows and serves. `UPDATE=1 cargo
//! test -p openapi` writes it anew.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod answers;
mod bodies;
mod document;
mod routes;

use std::path::PathBuf;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde::Serialize as _;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Value, json};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The document as it comes out: made once.
fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| openapi::console::document().to_json());
    &DOCUMENT
}

/// A validator of a schema of the document.
fn validator(name: &str) -> Validator {
    let schemas = &document()["components"]["schemas"];
    assert!(schemas.get(name).is_some(), "no schema {name}");
    let schema = json!({
        "$ref": format!("#/components/schemas/{name}"), "components": {"schemas": schemas},
    });
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

/// Fails unless a value fits a schema.
fn assert_fits(name: &str, value: &Value) {
    let errors: Vec<String> = validator(name)
        .iter_errors(value)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}\n{value:#}");
}

/// As it is kept and served: each field in a line of its own, indented by one space, since spaces are served too.
fn text() -> String {
    let mut text = Vec::new();
    let lines = PrettyFormatter::with_indent(b" ");
    document().serialize(&mut Serializer::with_formatter(&mut text, lines)).unwrap();
    String::from_utf8(text).unwrap() + "\n"
}

#[test]
fn the_file_is_what_comes_out() {
    let text = text();
    let file = root().join("docs/openapi/console.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == text,
        "docs/openapi/console.json is not what comes out; write it with UPDATE=1"
    );
}
