//! What this repository has of dialogues and definitions: the examples, those of crate `flow`, and the broken ones.

use std::path::{Path, PathBuf};

use dialogue::{Dialogue, Source};
use serde_json::{Value, json};

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The JSON files of a folder, by name.
pub fn files(folder: &str) -> Vec<PathBuf> {
    let folder = root().join(folder);
    let files = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

pub fn read(file: &Path) -> Value {
    let text = std::fs::read_to_string(file).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

pub fn name(file: &Path) -> String {
    file.file_stem().unwrap().to_string_lossy().into_owned()
}

/// Every dialogue, with its file.
pub fn dialogues() -> Vec<(PathBuf, Dialogue)> {
    let files = ["crates/flow/tests/dialogues", "examples/dialogues"].map(files).concat();
    files.into_iter().map(|file| (file.clone(), Dialogue::read(&file).unwrap())).collect()
}

/// The definition that a dialogue in this file names.
pub fn definition(source: &Source, file: &Path) -> Value {
    match source {
        Source::File(path) => read(&file.parent().unwrap().join(path)),
        Source::Inline(definition) => Value::Object(definition.clone()),
    }
}

/// Every definition that can be run, as the body that creates it.
pub fn definitions() -> Vec<(String, Value)> {
    let examples = files("examples").into_iter().map(|file| (name(&file), read(&file)));
    let mut all: Vec<(String, Value)> = examples.collect();
    for (file, dialogue) in dialogues() {
        let sources = std::iter::once(&dialogue.workflow).chain(dialogue.workflows.values());
        all.extend(sources.map(|source| (name(&file), body(definition(source, &file)))));
    }
    all
}

/// Every broken definition, as the body that would create it, and its issues.
pub fn broken() -> Vec<(String, Value, Vec<Value>)> {
    let read = |file: PathBuf| {
        let mut case = read(&file);
        let issues = case["issues"].as_array().unwrap().clone();
        let case = case.as_object_mut().unwrap();
        case.retain(|field, _| {
            ["rules", "flows", "faq", "graph", "fixed_reply"].contains(&field.as_str())
        });
        let reply = case.shift_remove("fixed_reply");
        case.insert("settings".to_owned(), json!({"fixed_reply": reply}));
        (name(&file), body(Value::Object(case.clone())), issues)
    };
    files("crates/flow/tests/broken").into_iter().map(read).collect()
}

/// With what a new workflow must have, and dialogues may leave out.
fn body(mut definition: Value) -> Value {
    for (field, text) in [("name", "A workflow"), ("system_prompt", "You help.")] {
        if definition[field].as_str().is_none_or(str::is_empty) {
            definition[field] = text.into();
        }
    }
    definition
}
