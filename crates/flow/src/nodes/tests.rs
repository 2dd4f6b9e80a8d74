//! Every node type's file begins with an example, and the example does what it says.

pub(super) mod stage;

use std::path::Path;

use serde_json::{Map, Value, json};

use super::TYPES;
use crate::{Event, Scope, State, Timestamp, advance, compile};

/// The JSON blocks in the comment at the top of a node type's file: the node, and what it sends.
fn example(name: &str) -> (Value, Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/nodes").join(format!("{name}.rs"));
    let source = std::fs::read_to_string(&path).expect("one file a node type, named as the type");
    let comment: String = source
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut blocks = comment.split("```json").skip(1).map(|rest| {
        let json = rest.split("```").next().expect("a closed block");
        serde_json::from_str(json).unwrap_or_else(|error| panic!("{name}: {error}"))
    });
    let found =
        (blocks.next().expect("an example"), blocks.next().expect("what the example sends"));
    assert_eq!(blocks.next(), None, "{name}: two blocks are read");
    found
}

#[test]
fn every_example_sends_what_its_file_says() {
    for node_type in TYPES {
        let (node, sends) = example(node_type.name);
        assert_eq!(node["type"], node_type.name);
        let mut issues = crate::fields::Reading {
            issues: crate::issue::Issues::default(),
            templates: crate::template::Templates::new(),
            workflow: None,
        };
        let read = crate::fields::read_object(&node, String::new(), &mut issues, |fields| {
            fields.expect(&["id", "type"]);
            (node_type.read)(fields)
        });
        let read = read.expect("an object");
        let edges: Vec<Value> = read
            .ports()
            .iter()
            .map(|port| json!({"from": node["id"], "port": port, "to": "the end"}))
            .collect();
        let mut nodes = vec![node.clone()];
        if !edges.is_empty() {
            nodes.push(json!({"id": "the end", "type": "end"}));
        }
        let graph = json!({"entry": node["id"], "nodes": nodes, "edges": edges});
        assert_eq!(crate::validate(&graph), [], "{}", node_type.name);
        let program = compile(&graph).expect("a valid example");
        let context: Map<String, Value> =
            json!({"cart_id": "987654321", "cart_total": "129.00"}).as_object().unwrap().clone();
        let scope = Scope {
            now: Timestamp(0),
            context: &context,
            contact: &json!({"name": "Ana"}),
            programs: &crate::NoPrograms,
            has_model: true,
            graph_runs: false,
        };
        let step = advance(&program, &mut State::default(), &Event::Start { at: None }, &scope);
        assert_eq!(serde_json::to_value(step.messages).unwrap(), sends, "{}", node_type.name);
    }
}

#[test]
fn every_file_is_registered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/nodes");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| {
            entry.unwrap().file_name().into_string().unwrap().strip_suffix(".rs").map(Into::into)
        })
        .filter(|name: &String| name != "tests")
        .collect();
    files.sort();
    let names: Vec<&str> = TYPES.iter().map(|node_type| node_type.name).collect();
    assert_eq!(files, names);
}
