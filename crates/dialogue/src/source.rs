//! Where a dialogue's workflows come from: files beside it, or definitions inside of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use fields::Errors;
use flow::{Issue, Pin, Program, Programs, Severity, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use workflows::Definition;

use crate::Dialogue;

/// When a dialogue begins that does not say when: 2026-05-07T08:14:23Z, a Thursday.
const BEGIN: Timestamp = Timestamp(1_778_141_663_000);

/// Where a workflow is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Source {
    /// In a file, as the console takes it; the path is relative to the dialogue's folder.
    File(String),
    /// Here, as the console takes it.
    Inline(Map<String, Value>),
}

/// A workflow, ready to run.
#[derive(Debug)]
pub(crate) struct Workflow {
    /// Its name, where it has one.
    pub(crate) name: String,
    /// Its file, as the system names it.
    pub(crate) file: Option<PathBuf>,
    /// What is run.
    pub(crate) program: Program,
}

/// Whom a session talks to, and what it can see.
#[derive(Debug)]
pub(crate) struct Setting {
    /// The workflow.
    pub(crate) workflow: Workflow,
    /// The workflows that it calls, by id.
    pub(crate) called: Called,
    /// `{{context.x}}`.
    pub(crate) context: Map<String, Value>,
    /// `{{contact.x}}`.
    pub(crate) contact: Map<String, Value>,
    /// Whether there is a language model.
    pub(crate) model: bool,
    /// The time at the beginning.
    pub(crate) now: Timestamp,
}

/// The workflows that a dialogue's `call` nodes find, by id.
#[derive(Debug, Default)]
pub(crate) struct Called(pub(crate) BTreeMap<String, Workflow>);

impl Source {
    /// Reads and compiles it.
    ///
    /// # Errors
    /// When there is no such file, it is no workflow, or the workflow has errors: all of them.
    pub(crate) fn load(&self, folder: &Path) -> anyhow::Result<Workflow> {
        match self {
            Self::Inline(definition) => compile(&Value::Object(definition.clone()), None),
            Self::File(path) => Workflow::read(&folder.join(path)),
        }
    }
}

impl Workflow {
    /// Reads and compiles a file.
    ///
    /// # Errors
    /// As [`Source::load`].
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let load = || {
            let file = path.canonicalize()?;
            compile(&serde_json::from_str(&std::fs::read_to_string(&file)?)?, Some(file))
        };
        load().with_context(|| format!("the workflow {}", path.display()))
    }
}

fn compile(definition: &Value, file: Option<PathBuf>) -> anyhow::Result<Workflow> {
    let errors = Errors::new();
    let mut read = Definition::default();
    read.apply(&errors.body(definition), false);
    errors.into_result(()).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow!("it is no workflow:\n  {}", errors.join("\n  "))
    })?;
    let program = flow::compile(read.parts()).map_err(|issues| refused(&issues))?;
    Ok(Workflow { name: read.name, file, program })
}

fn refused(issues: &[Issue]) -> anyhow::Error {
    let errors = issues.iter().filter(|issue| issue.severity == Severity::Error);
    let errors = errors.map(|i| format!("\n  {} at {}: {}", i.code, i.path, i.message));
    anyhow!("it has errors:{}", errors.collect::<String>())
}

impl Programs for Called {
    fn pinned(&self, pin: &Pin) -> Option<&Program> {
        Some(&self.0.get(&pin.workflow)?.program)
    }

    fn published(&self, workflow: &str) -> Option<(Pin, &Program)> {
        let pin = Pin { workflow: workflow.to_owned(), content: "as the file has it".to_owned() };
        Some((pin, &self.0.get(workflow)?.program))
    }
}

impl Setting {
    /// A workflow that calls no other, for a contact of whom nothing is known.
    pub(crate) fn new(workflow: Workflow) -> Self {
        Self {
            workflow,
            called: Called::default(),
            context: Map::new(),
            contact: Map::new(),
            model: false,
            now: BEGIN,
        }
    }

    /// That of a dialogue in a folder.
    ///
    /// # Errors
    /// As [`Source::load`]; when `begins_at` is no time.
    pub(crate) fn of(dialogue: &Dialogue, folder: &Path) -> anyhow::Result<Self> {
        let mut setting = Self::new(dialogue.workflow.load(folder)?);
        for (id, source) in &dialogue.workflows {
            setting.called.0.insert(id.clone(), source.load(folder)?);
        }
        setting.context.clone_from(&dialogue.context);
        setting.contact.clone_from(&dialogue.contact);
        setting.model = dialogue.model;
        if let Some(text) = &dialogue.begins_at {
            setting.now = Timestamp::parse_rfc3339(text).with_context(|| {
                format!("`begins_at` is {text:?}; write a time such as \"2026-05-07T08:14:23Z\"")
            })?;
        }
        Ok(setting)
    }
}

/// The way from a folder to a file, both as the system names them.
pub(crate) fn way(folder: &Path, file: &Path) -> PathBuf {
    let shared = folder.components().zip(file.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(shared).map(|_| "..");
    up.map(Path::new)
        .chain(file.components().skip(shared).map(|part| Path::new(part.as_os_str())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_a_file_goes_up_and_down() {
        for (folder, file, expected) in [
            ("/a/b", "/a/b/c.json", "c.json"),
            ("/a/b", "/a/c.json", "../c.json"),
            ("/a/b/d", "/a/e/c.json", "../../e/c.json"),
        ] {
            assert_eq!(way(Path::new(folder), Path::new(file)), Path::new(expected));
        }
    }

    #[test]
    fn a_workflow_with_errors_says_all_of_them() {
        let source = |json: &str| serde_json::from_str::<Source>(json).unwrap();
        let broken = source(r#"{"graph": {"entry": "a", "nodes": [], "edges": []}}"#);
        let error = broken.load(Path::new(".")).unwrap_err().to_string();
        assert!(error.contains("entry_not_found at /graph/entry"), "{error}");
        let wrong = source(r#"{"name": 5, "rules": {}}"#).load(Path::new(".")).unwrap_err();
        assert!(wrong.to_string().contains("name: must be a string"), "{wrong}");
        let none = source(r#""none.json""#).load(Path::new("/nowhere")).unwrap_err();
        assert!(format!("{none:#}").contains("/nowhere/none.json"), "{none:#}");
    }
}
