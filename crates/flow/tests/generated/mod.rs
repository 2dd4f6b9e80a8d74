//! Whole definitions, and what happens to a session of them: four workflows that call one another, events that mostly
//! fit what the session waits for, and what must hold after each.

mod checks;
mod conditions;
mod happenings;
mod nodes;
mod play;
mod scripts;
mod texts;

use std::collections::BTreeSet;

use flow::{Program, Severity, compile, validate};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};

pub use self::happenings::happening;
pub use self::play::{Play, WORKFLOWS, world};
use crate::golden::Parts;

/// Most nodes of a graph.
const NODES: usize = 12;
/// Seeds of the edges that leave a node: one for each of its ports.
const SEEDS: usize = 14;

/// Where a port leads, before it is known how many nodes there are.
type Seed = (u8, u16);

/// A definition without errors, as JSON, of the workflow with this number.
pub fn definition(number: usize) -> impl Strategy<Value = Value> {
    let graph = prop_oneof![18 => graph(number).boxed(), 1 => row(number).boxed(), 1 => Just(Value::Null).boxed()];
    let scripts = option::weighted(0.7, scripts::scripts());
    (graph, scripts, any::<bool>()).prop_map(move |(graph, scripts, knows_itself)| {
        let mut definition = scripts.unwrap_or_else(|| json!({}));
        definition["graph"] = graph;
        if knows_itself {
            definition["id"] = json!(WORKFLOWS[number]);
        }
        repaired(definition)
    })
}

fn graph(number: usize) -> impl Strategy<Value = Value> {
    let node = (nodes::node(), proptest::array::uniform14(any::<Seed>()));
    vec(node, 4..=NODES).prop_map(move |nodes| {
        let id = |i: usize| format!("{}_{i}", WORKFLOWS[number]);
        let mut edges = Vec::new();
        for (i, (node, seeds)) in nodes.iter().enumerate() {
            for (port, seed) in nodes::ports(node).into_iter().zip(seeds) {
                if let Some(to) = target(i, nodes.len(), nodes::waits(node), *seed) {
                    edges.push(json!({"from": id(i), "port": port, "to": id(to)}));
                }
            }
        }
        let nodes = nodes.into_iter().enumerate().map(|(i, (mut node, _))| {
            node["id"] = json!(id(i));
            node
        });
        json!({"entry": id(0), "nodes": nodes.collect::<Vec<_>>(), "edges": edges})
    })
}

/// One node again and again, in a row: more than a turn may hold.
fn row(number: usize) -> impl Strategy<Value = Value> {
    (nodes::row_node(), 10..200_usize).prop_map(move |(node, count)| {
        let id = |i: usize| format!("{}_{i}", WORKFLOWS[number]);
        let nodes = (0..count).map(|i| {
            let mut node = node.clone();
            node["id"] = json!(id(i));
            node
        });
        let edges = (1..count)
            .map(|i| json!({"from": id(i - 1), "port": nodes::ports(&node)[0], "to": id(i)}));
        let edges: Vec<Value> = edges.collect();
        json!({"entry": id(0), "nodes": nodes.collect::<Vec<_>>(), "edges": edges})
    })
}

/// Nodes that do not wait lead forward, mostly, so that few graphs have circles that never end.
fn target(from: usize, count: usize, waits: bool, (luck, place): Seed) -> Option<usize> {
    let place = usize::from(place);
    match luck {
        0..12 => None,
        12..22 => Some(place % count),
        _ if waits => Some(place % count),
        _ if from + 1 < count => Some(from + 1 + place % (count - from - 1)),
        _ => None,
    }
}

/// The definition without what is wrong with it: an edge is left out, a node becomes an end, a text of the routing
/// is none.
fn repaired(mut definition: Value) -> Value {
    for _ in 0..20 {
        let issues = validate(Parts::of(&definition).definition());
        let errors = issues.iter().filter(|issue| issue.severity == Severity::Error);
        let paths: Vec<&str> = errors.map(|issue| issue.path.as_str()).collect();
        if paths.is_empty() {
            return definition;
        }
        let of_graph = |list: &str| {
            let places = paths.iter().filter_map(|path| {
                path.strip_prefix("/graph/")?.strip_prefix(list)?.split('/').nth(1)?.parse().ok()
            });
            places.collect::<BTreeSet<usize>>()
        };
        let (edges, nodes) = (of_graph("edges"), of_graph("nodes"));
        let others: Vec<&str> =
            paths.iter().copied().filter(|path| !path.starts_with("/graph/")).collect();
        for path in others {
            *definition.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = Value::Null;
        }
        if definition["graph"].is_null() {
            continue;
        }
        let graph = &mut definition["graph"];
        for edge in edges.into_iter().rev() {
            graph["edges"].as_array_mut().unwrap().remove(edge);
        }
        for node in nodes {
            let id = graph["nodes"][node]["id"].clone();
            graph["edges"].as_array_mut().unwrap().retain(|edge| edge["from"] != id);
            graph["nodes"][node] = json!({"id": id, "type": "end"});
        }
    }
    panic!("cannot be repaired: {definition}");
}

/// What the definition compiles to.
pub fn compiled(definition: &Value) -> Program {
    let parts = Parts::of(definition);
    compile(parts.definition()).unwrap_or_else(|issues| panic!("{issues:#?}: {definition}"))
}
