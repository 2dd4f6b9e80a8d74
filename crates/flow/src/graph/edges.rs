//! The edges: each from a port of one node to another node, at most one from a port.

use super::Nodes;
use crate::fields::{Fields, Limit};
use crate::issue::Issues;
use crate::limits::{MAX_EDGES, MAX_ID_CHARS};
use crate::node::{Edges, NEXT};

/// Reads the edges into the nodes that they leave from. A graph of one node needs none.
pub(super) fn read(fields: &mut Fields<'_, '_>, nodes: &mut Nodes) {
    if fields.list("edges").is_none_or(<[_]>::is_empty) {
        return;
    }
    fields.objects("edges", Limit(MAX_EDGES, "too_many_edges"), |edge| read_edge(edge, nodes));
}

fn read_edge(edge: &mut Fields<'_, '_>, nodes: &mut Nodes) {
    let from = read_end(edge, "from", nodes);
    let port = edge.string("port", Limit(MAX_ID_CHARS, "id_too_long")).unwrap_or(NEXT);
    let to = read_end(edge, "to", nodes);
    let Some(found) = from.and_then(|from| nodes.found.get_mut(from)) else {
        return;
    };
    let ports = found.node.as_ref().map(|node| node.ports());
    if let Some(ports) = ports.filter(|ports| !ports.contains(&port)) {
        let has = if ports.is_empty() { "none".to_owned() } else { ports.join(", ") };
        let message = format!("node `{}` has no port `{port}`; its ports: {has}", found.id);
        let at = if edge.has("port") { "port" } else { "from" };
        edge.error(at, "unknown_port", message);
        return;
    }
    if found.edges.contains_key(port) {
        let message = format!(
            "another edge leaves from port `{port}` of node `{}`; there can be one",
            found.id
        );
        edge.error("", "duplicate_edge", message);
        return;
    }
    found.edges.insert(port.to_owned(), to);
}

fn read_end(edge: &mut Fields<'_, '_>, name: &'static str, nodes: &Nodes) -> Option<usize> {
    // Longer ids are reported at their node.
    let id = edge.required_string(name, Limit(usize::MAX, "id_too_long"));
    let found = nodes.index.get(&id).copied();
    if found.is_none() && !id.is_empty() {
        edge.error(name, "dangling_edge", format!("there is no node `{id}`"));
    }
    found
}

/// Lets every node look at its edges.
pub(super) fn check(nodes: &Nodes, issues: &mut Issues) {
    for found in &nodes.found {
        if let Some(node) = &found.node {
            let connected = |port: &str| found.edges.contains_key(port);
            node.check_edges(&mut Edges {
                path: found.path.clone(),
                connected: &connected,
                issues,
            });
        }
    }
}
