//! The graph: its nodes, each by its type, and the edges between them.

use serde_json::{Map, Value, json};

use super::{Object, has, list, one_of, reference, string, when};
use crate::limits::{MAX_EDGES, MAX_ID_CHARS, MAX_NODES};
use crate::nodes::TYPES;
use crate::routing::RESERVED;
use crate::{condition, node, parts};

/// The schema of a graph. It refers to [`definitions`].
#[must_use]
pub fn graph() -> Value {
    let edges = list(0..=MAX_EDGES, reference("edge"));
    Object::new("What a session goes through, node by node.")
        .required(
            "entry",
            "The id of the node at which a session starts.",
            json!({"type": "string"}),
        )
        .required("nodes", "", list(1..=MAX_NODES, reference("node")))
        .field("edges", "From each port at most one.", edges)
        .closed()
}

/// What [`graph`] refers to, by name: a node of each type, conditions, edges.
#[must_use]
pub fn definitions() -> Map<String, Value> {
    let mut all = Map::new();
    all.insert("node".to_owned(), node());
    for node_type in TYPES {
        // What these are `node` says.
        let schema = ["id", "type"]
            .into_iter()
            .fold((node_type.schema)(), |schema, field| schema.field(field, "", true.into()));
        all.insert(node_type.name.to_owned(), schema.closed());
    }
    all.insert("edge".to_owned(), edge());
    all.insert("template".to_owned(), parts::approved_schema());
    all.extend(condition::definitions().map(|(name, schema)| (name.to_owned(), schema)));
    all
}

fn node() -> Value {
    let types = TYPES.iter().map(|node_type| node_type.name);
    let mut node = Object::new("A node, with the fields of its type.")
        .required("id", "", id())
        .required("type", "", one_of(types));
    for node_type in TYPES {
        let mut is_type = has("type");
        is_type["properties"] = json!({"type": {"const": node_type.name}});
        node = node.rule(when(is_type, reference(node_type.name)));
    }
    node.open()
}

fn id() -> Value {
    let mut id = string(MAX_ID_CHARS);
    id["not"] = json!({"pattern": format!("^{RESERVED}")});
    id
}

fn edge() -> Value {
    Object::new("From a port of a node to a node.")
        .required("from", "The id of a node.", json!({"type": "string", "pattern": "\\S"}))
        .field("port", "A port of that node.", {
            let mut port = string(MAX_ID_CHARS);
            port["default"] = node::NEXT.into();
            port
        })
        .required("to", "The id of a node.", json!({"type": "string", "pattern": "\\S"}))
        .closed()
}
