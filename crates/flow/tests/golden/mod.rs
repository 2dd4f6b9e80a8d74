//! Files that say what goes in and what came out. `UPDATE=1` writes the files anew.

use std::path::Path;

use flow::{Definition, Faq, FlowScript, Kind, Rule};
use serde::Deserialize;
use serde_json::Value;

/// The parts of a definition, as they stand in a file.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Parts {
    id: Option<String>,
    kind: Kind,
    system_prompt: String,
    rules: Vec<Rule>,
    flows: Vec<FlowScript>,
    faq: Vec<Faq>,
    graph: Option<Value>,
    fixed_reply: Option<String>,
}

impl Parts {
    pub fn of(case: &Value) -> Self {
        serde_json::from_value(case.clone()).unwrap_or_else(|error| panic!("{error}: {case}"))
    }

    pub fn definition(&self) -> Definition<'_> {
        Definition {
            id: self.id.as_deref(),
            kind: self.kind,
            system_prompt: &self.system_prompt,
            rules: &self.rules,
            flows: &self.flows,
            faq: &self.faq,
            graph: self.graph.as_ref(),
            fixed_reply: self.fixed_reply.as_deref(),
        }
    }
}

/// Runs every JSON file of a folder through `fill`, which writes what comes out into the file's value, and compares
/// the value with the file. Returns what came out, by file name.
pub fn check(folder: &str, mut fill: impl FnMut(&mut Value)) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    assert!(!files.is_empty(), "no files in {}", folder.display());
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    let mut all = Vec::new();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let expected: Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut found = expected.clone();
        fill(&mut found);
        if update {
            let text = serde_json::to_string_pretty(&found).unwrap() + "\n";
            std::fs::write(&path, text).unwrap();
        } else if found != expected {
            let found = serde_json::to_string_pretty(&found).unwrap();
            wrong.push(format!("{name} is not what comes out:\n{found}"));
        }
        all.push((name, found));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    all
}
