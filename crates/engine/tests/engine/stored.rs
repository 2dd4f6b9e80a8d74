//! What is stored outlives the code that wrote it: tests/fixtures/stored has each kind of document as version 1 wrote it.
//!
//! A field that is new here is a field that an older host loses when it writes the document back. So if
//! `what_is_written_has_the_fields_of_its_format` fails, either make the field one that may be lost, and write the fixtures
//! anew (`UPDATE=1 cargo test -p engine stored`), or raise the format of that kind in crates/store/src/format.rs.

mod documents;
mod talks;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::{from_json, to_json};
use uuid::Uuid;

/// A document of today: its name as a fixture, its key, and its JSON; and how a stored one is read and written back.
pub struct Document {
    name: &'static str,
    key: String,
    json: Value,
    again: fn(&str, &[u8]) -> Vec<u8>,
}

impl Document {
    fn of<D: Serialize + DeserializeOwned>(name: &'static str, key: String, document: &D) -> Self {
        let json = serde_json::from_slice(&to_json(&key, document).unwrap()).unwrap();
        let again = |key: &str, json: &[u8]| {
            let document: D = from_json(key, json).unwrap();
            to_json(key, &document).unwrap()
        };
        Self { name, key, json, again }
    }

    /// `agent` of `agent-live`.
    fn kind(&self) -> &'static str {
        self.name.split('-').next().unwrap()
    }

    fn fixture(&self) -> PathBuf {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/stored/v1");
        PathBuf::from(folder).join(format!("{}.json", self.name))
    }

    fn stored(&self) -> Value {
        let path = self.fixture();
        let json = std::fs::read(&path).unwrap_or_else(|_| panic!("no {}", path.display()));
        serde_json::from_slice(&json).unwrap()
    }
}

fn all() -> Vec<Document> {
    let mut all = documents::all();
    all.extend(talks::all());
    if std::env::var_os("UPDATE").is_some() {
        for document in &all {
            let json = serde_json::to_string_pretty(&document.json).unwrap();
            std::fs::write(document.fixture(), json + "\n").unwrap();
        }
    }
    all
}

/// The places of a document that have a value, whatever ids and places in lists they have.
fn fields(json: &Value, path: &str, found: &mut BTreeSet<String>) {
    match json {
        Value::Object(fields_) => {
            for (name, value) in fields_ {
                let name = if name.parse::<Uuid>().is_ok() { "*" } else { name };
                fields(value, &format!("{path}/{name}"), found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields(item, path, found)),
        _ => {
            found.insert(path.to_owned());
        }
    }
}

fn by_kind(of: &[Document], json: impl Fn(&Document) -> Value) -> BTreeMap<&str, BTreeSet<String>> {
    let mut kinds: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for document in of {
        fields(&json(document), "", kinds.entry(document.kind()).or_default());
    }
    kinds
}

#[test]
fn what_the_first_version_stored_is_read_and_written_back_as_it_was() {
    for document in all() {
        let stored = document.stored();
        let bytes = serde_json::to_vec(&stored).unwrap();
        let again: Value =
            serde_json::from_slice(&(document.again)(&document.key, &bytes)).unwrap();
        assert_eq!(again, stored, "{}", document.name);
    }
}

#[test]
fn what_is_written_has_the_fields_of_its_format() {
    let all = all();
    let (today, stored) = (by_kind(&all, |d| d.json.clone()), by_kind(&all, Document::stored));
    for (kind, today) in today {
        let new: Vec<_> = today.difference(&stored[kind]).collect();
        assert!(new.is_empty(), "{kind} has {new:?}, which an older host would lose: see above");
        let gone: Vec<_> = stored[kind].difference(&today).collect();
        assert!(gone.is_empty(), "{kind} is written without {gone:?}: who needs that still?");
    }
}

#[test]
fn a_document_of_a_newer_format_is_refused_by_its_kind() {
    for document in all() {
        let mut newer = b"{\"format\":2,".to_vec();
        newer.extend_from_slice(&serde_json::to_vec(&document.stored()).unwrap()[1..]);
        let refused: Result<Value, _> = from_json(&document.key, &newer);
        let refused = refused.unwrap_err();
        let is_newer = matches!(refused, store::StoreError::Newer { format: 2, known: 1, .. });
        assert!(is_newer, "{}: {refused}", document.name);
        // No document says `format` of itself, first of all, as a number.
        assert!(!document.json.to_string().starts_with("{\"format\":"), "{}", document.name);
    }
}
