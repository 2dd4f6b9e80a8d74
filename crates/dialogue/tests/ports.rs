//! The dialogues of this repository together take every port of every node type, and every way to answer a message.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code)]
mod corpus;

use std::collections::{BTreeMap, BTreeSet};

use dialogue::{Dialogue, Event};
use serde_json::Value;

/// Node types by node id, of one graph.
type Types = BTreeMap<String, String>;

/// A node type and a port, as documents write it; none for a node type without ports.
type Taken = BTreeSet<(String, Option<String>)>;

fn types(definition: &Value) -> Types {
    let nodes = definition["graph"]["nodes"].as_array().into_iter().flatten();
    let text = |node: &Value, field: &str| node[field].as_str().unwrap_or_default().to_owned();
    nodes.map(|node| (text(node, "id"), text(node, "type"))).collect()
}

/// The port as documents write it: what is none of the fixed ones is the one that there is one of per case.
fn written(ports: &[&str], port: &str) -> String {
    let fixed = ports.iter().find(|known| **known == port);
    let own = ports.iter().find(|known| known.starts_with('<'));
    fixed.or(own).unwrap_or_else(|| panic!("no port {port} in {ports:?}")).to_string()
}

/// What a dialogue's sessions take.
fn take(
    dialogue: &Dialogue,
    file: &std::path::Path,
    taken: &mut Taken,
    routes: &mut BTreeSet<String>,
) {
    let registry: BTreeMap<&str, &[&str]> = flow::language::node_types().collect();
    let own = types(&corpus::definition(&dialogue.workflow, file));
    let called = dialogue.workflows.iter();
    let called: BTreeMap<&str, Types> = called
        .map(|(id, source)| (id.as_str(), types(&corpus::definition(source, file))))
        .collect();
    let played = dialogue.play(file.parent().unwrap()).unwrap();
    let mut stack = vec![&own];
    for (turn, seen) in dialogue.turns.iter().zip(&played.seen) {
        if matches!(turn.event, Event::Start(_) | Event::Message(_)) {
            stack.truncate(1);
        }
        for trace in seen.trace.iter().flatten() {
            let text = |field: &str| trace[field].as_str().unwrap_or_default();
            // Nodes that the routing made are in no graph.
            let kind = stack.last().and_then(|types| types.get(text("node")));
            match (text("type"), kind) {
                ("entered", Some(kind)) if registry[kind.as_str()].is_empty() => {
                    taken.insert((kind.clone(), None));
                }
                ("left", Some(kind)) => {
                    let port = written(registry[kind.as_str()], text("port"));
                    taken.insert((kind.clone(), Some(port)));
                }
                ("called", _) => stack.push(&called[text("workflow")]),
                ("returned", _) => drop(stack.pop()),
                ("routed", _) => drop(routes.insert(text("route").to_owned())),
                _ => {}
            }
        }
    }
}

#[test]
fn the_dialogues_take_every_port_of_every_node_type_and_every_route() {
    let dialogues = corpus::dialogues();
    assert!(dialogues.len() >= 40, "{} dialogues", dialogues.len());
    let (mut taken, mut routes) = (Taken::new(), BTreeSet::new());
    for (file, dialogue) in &dialogues {
        take(dialogue, file, &mut taken, &mut routes);
    }
    let wanted: Taken = flow::language::node_types()
        .flat_map(|(kind, ports)| {
            let ports: Vec<Option<String>> = match ports {
                [] => vec![None],
                ports => ports.iter().map(|port| Some(port.to_string())).collect(),
            };
            ports.into_iter().map(move |port| (kind.to_owned(), port))
        })
        .collect();
    let missing: Vec<_> = wanted.difference(&taken).collect();
    assert!(missing.is_empty(), "no dialogue takes {missing:?}");
    let known = ["faq", "fixed", "flow", "graph", "model", "rule"];
    assert_eq!(routes.iter().map(String::as_str).collect::<Vec<_>>(), known);
}

#[test]
fn what_a_node_type_says_of_its_ports_is_what_its_nodes_have() {
    let registry: BTreeMap<&str, &[&str]> = flow::language::node_types().collect();
    for (name, definition) in corpus::definitions() {
        let types = types(&definition);
        let Some(graph) = definition.get("graph") else { continue };
        let program = flow::compile(graph).unwrap_or_else(|issues| panic!("{name}: {issues:?}"));
        for (node, ports) in program.ports() {
            let known = registry[types[node].as_str()];
            let ports: BTreeSet<String> =
                ports.iter().map(|(port, _)| written(known, port)).collect();
            assert!(ports.len() <= known.len(), "{name}: {node} has {ports:?}");
        }
    }
}
