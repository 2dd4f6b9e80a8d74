//! docs/workflows.md: every example in it does what it says, and every table is complete. `UPDATE=1 cargo test -p
//! dialogue` writes its dialogues anew.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../corpus/mod.rs"]
#[allow(dead_code)]
mod corpus;
mod page;
mod tables;

use std::path::Path;

use dialogue::{Dialogue, explain};
use page::Page;
use serde_json::{Value, json};

/// What a JSON block of the page is.
enum Block {
    Definition,
    Dialogue,
    Node,
    Condition,
    /// What templates see.
    Setting,
}

impl Block {
    fn of(block: &Value) -> Self {
        let has = |fields: &[&str]| fields.iter().any(|field| block.get(field).is_some());
        match () {
            () if has(&["turns"]) => Self::Dialogue,
            () if has(&["graph", "flows", "rules", "faq"]) => Self::Definition,
            () if has(&["type"]) => Self::Node,
            () if has(&["all", "any"]) => Self::Condition,
            () if has(&["context", "contact"]) => Self::Setting,
            () => panic!("neither of these: {block}"),
        }
    }
}

#[test]
fn every_example_is_valid_and_every_dialogue_goes_as_it_says() {
    let mut page = Page::read();
    let folder = tempfile::TempDir::new().unwrap();
    let mut dialogues = 0;
    for text in page.blocks() {
        let block: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
        match Block::of(&block) {
            Block::Definition => {
                let name = block["name"].as_str().unwrap().to_lowercase();
                std::fs::write(folder.path().join(format!("{name}.json")), &text).unwrap();
                check(&block);
            }
            Block::Dialogue => {
                dialogues += 1;
                let text = text.clone();
                page.replace(&text, &play(&text, folder.path()));
            }
            Block::Node => check_graph(&graph_of(&block)),
            Block::Condition => check_graph(&graph_of(&json!({
                "id": "node", "type": "branch", "cases": [{"id": "case", "when": block}],
            }))),
            Block::Setting => {}
        }
    }
    assert!(dialogues >= 2);
    page.write_if_updating();
}

/// That a definition is good, its schema says so too, and every node type is in it if it has a graph.
fn check(definition: &Value) {
    let errors = fields::Errors::new();
    let mut read = workflows::Definition::default();
    read.apply(&errors.body(definition), true);
    errors.into_result(()).expect("a definition");
    assert_eq!(flow::validate(read.parts()), []);
    flow::compile(read.parts()).expect("a program");
    let schema = jsonschema::draft202012::new(&workflows::schema()).unwrap();
    schema.validate(definition).expect("as the schema has it");
    if let Some(nodes) = definition["graph"]["nodes"].as_array() {
        for (kind, _) in flow::language::node_types() {
            assert!(nodes.iter().any(|node| node["type"] == kind), "no {kind}");
        }
    }
}

fn check_graph(graph: &Value) {
    let issues = flow::validate(graph);
    let issues: Vec<_> = issues.iter().filter(|i| i.code != "unconnected_port").collect();
    assert!(issues.is_empty(), "{issues:?}");
}

/// A graph in which a node leads to the end.
fn graph_of(node: &Value) -> Value {
    let kind = node["type"].as_str().unwrap();
    let (_, ports) = flow::language::node_types().find(|(name, _)| *name == kind).unwrap();
    let port = ports.iter().find(|port| !port.starts_with('<'));
    let edges: Vec<Value> =
        port.iter().map(|port| json!({"from": node["id"], "port": port, "to": "end"})).collect();
    json!({"entry": node["id"], "nodes": [node, {"id": "end", "type": "end"}], "edges": edges})
}

/// The dialogue as it goes, which must be as it is written.
fn play(text: &str, folder: &Path) -> String {
    let mut dialogue: Dialogue = serde_json::from_str(text).unwrap();
    let played = dialogue.play(folder).expect("a workflow");
    if page::updates() {
        dialogue.bless(&played);
    }
    assert_eq!(explain(&dialogue, &played), "");
    let laid_out = dialogue.to_text();
    assert!(page::updates() || laid_out == text, "laid out otherwise:\n{laid_out}");
    laid_out
}
