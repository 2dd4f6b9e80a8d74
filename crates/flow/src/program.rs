//! A compiled graph: nodes in order, each with where its ports lead.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::fields::Reading;
use crate::issue::Issues;
use crate::node::Node;
use crate::routing::Router;
use crate::template::Templates;
use crate::{Definition, Issue, graph, routing};

/// A compiled graph. Immutable and shareable; worth keeping, since compiling costs more than a turn.
#[derive(Debug)]
pub struct Program {
    entry: Option<usize>,
    /// Those of the graph first, then those that the routing made.
    nodes: Vec<Placed>,
    /// How many nodes are the graph's.
    own: usize,
    index: HashMap<String, usize>,
    templates: Templates,
    router: Router,
}

/// A published version of a workflow.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "WorkflowPin"))]
pub struct Pin {
    /// The workflow's id.
    pub workflow: String,
    /// What names the content that never changes: its SHA-256.
    pub content: String,
}

/// Where a session finds the workflows that it calls.
pub trait Programs {
    /// The content that a session was pinned to when it called.
    fn pinned(&self, pin: &Pin) -> Option<&Program>;

    /// What the workflow with this id has published now, if the team may call it.
    fn published(&self, workflow: &str) -> Option<(Pin, &Program)>;
}

/// No workflows to call.
#[derive(Copy, Clone, Debug)]
pub struct NoPrograms;

impl Programs for NoPrograms {
    fn pinned(&self, _pin: &Pin) -> Option<&Program> {
        None
    }

    fn published(&self, _workflow: &str) -> Option<(Pin, &Program)> {
        None
    }
}

/// A node in its place.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) id: String,
    pub(crate) node: Box<dyn Node>,
    /// From each connected port to the index of a node.
    pub(crate) edges: HashMap<String, usize>,
}

/// Everything that is wrong or odd with a definition, at once: nodes in order, then edges, then the whole graph, then
/// flows, rules and questions. Empty means that there is nothing to say; without errors it can be published. A graph
/// may be any JSON.
#[must_use]
pub fn validate<'a>(definition: impl Into<Definition<'a>>) -> Vec<Issue> {
    read(&definition.into()).0.into_vec()
}

/// Compiles a definition for [`crate::advance`].
///
/// # Errors
/// What [`validate`] gives, when an error is among it. Warnings alone do not stand in the way.
pub fn compile<'a>(definition: impl Into<Definition<'a>>) -> Result<Program, Vec<Issue>> {
    let (issues, program) = read(&definition.into());
    match issues.has_error() {
        false => Ok(program),
        true => Err(issues.into_vec()),
    }
}

/// Not to be run if there are errors among the issues.
fn read(definition: &Definition<'_>) -> (Issues, Program) {
    let mut reading = Reading {
        issues: Issues::default(),
        templates: Templates::new(),
        workflow: definition.id.map(str::to_owned),
    };
    let (mut nodes, entry) = match definition.graph {
        Some(graph) => graph::read(graph, definition.kind, &mut reading),
        None => (Vec::new(), None),
    };
    let own = nodes.len();
    let router = routing::read(definition, &mut nodes, &mut reading);
    let index = nodes.iter().enumerate().map(|(i, placed)| (placed.id.clone(), i)).collect();
    let Reading { issues, templates, .. } = reading;
    (issues, Program { entry, nodes, own, index, templates, router })
}

impl Program {
    /// Whether the graph has this node.
    #[must_use]
    pub fn contains(&self, node: &str) -> bool {
        self.index.get(node).is_some_and(|index| *index < self.own)
    }

    /// The id of the node at which a session starts. `None`: there is no graph.
    #[must_use]
    pub fn entry(&self) -> Option<&str> {
        self.entry.map(|entry| self.id(entry))
    }

    /// The nodes of the graph in its order, each with its id, its ports, and whether an edge leaves from them.
    pub fn ports(&self) -> impl Iterator<Item = (&str, Vec<(&str, bool)>)> {
        self.nodes[..self.own].iter().map(|placed| {
            let ports = placed.node.ports().into_iter();
            let ports = ports.map(|port| (port, placed.edges.contains_key(port))).collect();
            (placed.id.as_str(), ports)
        })
    }

    /// What the language model is told of this workflow: its system prompt, rules, questions and flows; 24 KiB at
    /// most.
    #[must_use]
    pub fn instructions(&self) -> &str {
        self.router.instructions()
    }

    pub(crate) fn router(&self) -> &Router {
        &self.router
    }

    pub(crate) fn start(&self) -> Option<usize> {
        self.entry
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
