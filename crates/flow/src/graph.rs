//! Reading a graph: `{"entry": "id", "nodes": [{"id", "type", …}], "edges": [{"from", "port"?, "to"}]}`. Nodes first,
//! then the edges between them, then what only the whole shows.

mod edges;
mod openings;
mod paths;

use std::collections::HashMap;

use serde_json::Value;

use crate::Kind;
use crate::fields::{Fields, Limit, Reading, read_object};
use crate::limits::{MAX_ID_CHARS, MAX_NODES};
use crate::node::Node;
use crate::nodes;
use crate::program::Placed;
use crate::routing::RESERVED;

/// A node as far as it could be read.
struct Found {
    id: String,
    /// `None`: of unknown type, so nothing is known about its ports.
    node: Option<Box<dyn Node>>,
    /// Where it is in the graph.
    path: String,
    /// From each connected port to the index of a node; `None`: the edge leads to no node, which is reported.
    edges: HashMap<String, Option<usize>>,
}

/// The nodes, and where each id is.
#[derive(Default)]
struct Nodes {
    found: Vec<Found>,
    index: HashMap<String, usize>,
}

/// Where a graph is in its definition.
const PATH: &str = "/graph";

/// The nodes of a graph, none if anything is wrong, and the index of the entry.
pub(crate) fn read(
    graph: &Value,
    kind: Kind,
    reading: &mut Reading,
) -> (Vec<Placed>, Option<usize>) {
    let mut nodes = Nodes::default();
    let mut entry = None;
    if graph.is_object() {
        read_object(graph, PATH.to_owned(), reading, |fields| {
            entry = read_fields(fields, kind, &mut nodes);
        });
    } else {
        let message = "a graph is an object with `entry`, `nodes` and `edges`";
        reading.issues.error("graph_not_object", PATH, message);
    }
    if reading.issues.has_error() {
        return (Vec::new(), None);
    }
    let placed = nodes.found.into_iter().filter_map(|found| {
        let edges = found.edges.into_iter().filter_map(|(port, to)| Some((port, to?))).collect();
        found.node.map(|node| Placed { id: found.id, node, edges })
    });
    (placed.collect(), entry)
}

/// Fills `nodes`; the index of the entry.
fn read_fields(fields: &mut Fields<'_, '_>, kind: Kind, nodes: &mut Nodes) -> Option<usize> {
    fields.expect(&["entry", "nodes", "edges"]);
    *nodes = read_nodes(fields);
    if fields.list("nodes").is_some_and(|list| list.len() > MAX_NODES) {
        // The nodes beyond the limit are not read, so what would be said about edges would be wrong.
        return None;
    }
    edges::read(fields, nodes);
    let entry = read_entry(fields, nodes);
    edges::check(nodes, fields.issues());
    paths::check(nodes, entry, fields.issues());
    if kind == Kind::Sequence {
        openings::check(nodes, entry, fields.issues());
    }
    entry
}

fn read_entry(fields: &mut Fields<'_, '_>, nodes: &Nodes) -> Option<usize> {
    let Some(entry) = fields.get("entry") else {
        fields.error(
            "entry",
            "missing_entry",
            "`entry` must be the id of the node at which a session starts",
        );
        return None;
    };
    let Some(entry) = entry.as_str() else {
        fields.wrong_type("entry", entry, "the id of a node");
        return None;
    };
    let found = nodes.index.get(entry).copied();
    if found.is_none() {
        fields.error("entry", "entry_not_found", format!("there is no node `{entry}`"));
    }
    found
}

fn read_nodes(fields: &mut Fields<'_, '_>) -> Nodes {
    if !fields.has("nodes") {
        fields.missing("nodes");
    }
    let mut nodes = Nodes::default();
    fields.objects("nodes", Limit(MAX_NODES, "too_many_nodes"), |fields| {
        let node = read_node(fields);
        let path = fields.at("");
        let id = fields.required_string("id", Limit(MAX_ID_CHARS, "id_too_long"));
        if id.starts_with(RESERVED) {
            let message = format!("an id cannot begin with `{RESERVED}`; nodes of the routing do");
            fields.error("id", "reserved_id", message);
        }
        if nodes.index.contains_key(&id) {
            fields.error(
                "id",
                "duplicate_node_id",
                format!("another node has the id `{id}`; each needs its own"),
            );
        } else if !id.is_empty() {
            nodes.index.insert(id.clone(), nodes.found.len());
        }
        nodes.found.push(Found { id, node, path, edges: HashMap::new() });
    });
    nodes
}

fn read_node(fields: &mut Fields<'_, '_>) -> Option<Box<dyn Node>> {
    fields.expect(&["id", "type"]);
    let name = fields.required_string("type", Limit(usize::MAX, "unknown_node_type"));
    let known = nodes::TYPES.iter().find(|node_type| node_type.name == name);
    if known.is_none() {
        if !name.is_empty() {
            let names: Vec<&str> = nodes::TYPES.iter().map(|node_type| node_type.name).collect();
            let message = format!("no node type `{name}`; there are {}", names.join(", "));
            fields.error("type", "unknown_node_type", message);
        }
        fields.expect_anything();
    }
    known.map(|node_type| (node_type.read)(fields))
}
