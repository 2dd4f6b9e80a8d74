//! A compiled graph: nodes in order, each with where its ports lead.

use std::collections::HashMap;

use serde_json::Value;

use crate::graph;
use crate::node::Node;
use crate::template::Templates;
use crate::{Issue, graph::Read};

/// A compiled graph. Immutable and shareable; worth keeping, since compiling costs more than a turn.
#[derive(Debug)]
pub struct Program {
    entry: usize,
    nodes: Vec<Placed>,
    index: HashMap<String, usize>,
    templates: Templates,
}

/// A node in its place.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) id: String,
    pub(crate) node: Box<dyn Node>,
    /// From each connected port to the index of a node.
    pub(crate) edges: HashMap<String, usize>,
}

/// Everything that is wrong or odd with a graph, at once: nodes in order, then edges, then the whole. Empty means
/// that there is nothing to say; without errors it can be published. Takes any JSON.
#[must_use]
pub fn validate(graph: &Value) -> Vec<Issue> {
    graph::read(graph).issues.into_vec()
}

/// Compiles a graph for [`crate::advance`].
///
/// # Errors
/// What [`validate`] gives, when an error is among it. Warnings alone do not stand in the way.
pub fn compile(graph: &Value) -> Result<Program, Vec<Issue>> {
    let Read { issues, templates, nodes, entry } = graph::read(graph);
    match entry {
        Some(entry) if !issues.has_error() => {
            let index =
                nodes.iter().enumerate().map(|(i, placed)| (placed.id.clone(), i)).collect();
            Ok(Program { entry, nodes, index, templates })
        }
        _ => Err(issues.into_vec()),
    }
}

impl Program {
    /// Whether the graph has this node.
    #[must_use]
    pub fn contains(&self, node: &str) -> bool {
        self.index.contains_key(node)
    }

    /// The id of the node at which a session starts.
    #[must_use]
    pub fn entry(&self) -> &str {
        self.id(self.entry)
    }

    /// The ids of all nodes, in the order of the graph.
    pub fn node_ids(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().map(|placed| placed.id.as_str())
    }

    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    pub(crate) fn id(&self, index: usize) -> &str {
        &self.nodes[index].id
    }

    pub(crate) fn node(&self, index: usize) -> &dyn Node {
        self.nodes[index].node.as_ref()
    }

    /// Where a port leads.
    pub(crate) fn after(&self, index: usize, port: &str) -> Option<usize> {
        self.nodes[index].edges.get(port).copied()
    }

    pub(crate) fn templates(&self) -> &Templates {
        &self.templates
    }
}
