//! Which nodes and ports of a workflow were taken. A port counts if an edge leaves from it, or if it was taken all the
//! same: where no edge leaves, the session ends, and some such ports no session can take.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use flow::{State, Trace};

use crate::Workflow;

/// Where sessions went, by the called workflow's id; `None` is the session's own workflow.
#[derive(Debug, Default)]
pub(crate) struct Steps(BTreeMap<Option<String>, Taken>);

/// The nodes and ports of a workflow that were taken.
#[derive(Debug, Default, Clone)]
pub(crate) struct Taken {
    nodes: BTreeSet<String>,
    ports: BTreeSet<(String, String)>,
}

/// A workflow, and where sessions went in it.
#[derive(Debug)]
pub(crate) struct Walked {
    workflow: Workflow,
    taken: Taken,
}

impl Steps {
    /// Follows a turn, from where the session stood.
    pub(crate) fn follow(&mut self, from: &State, trace: &[Trace]) {
        let pin = |pin: &Option<flow::Pin>| pin.as_ref().map(|pin| pin.workflow.clone());
        let mut stack: Vec<Option<String>> = from.callers.iter().map(|c| pin(&c.pin)).collect();
        stack.push(pin(&from.pin));
        for trace in trace {
            let here = stack.last().cloned().flatten();
            let taken = self.0.entry(here).or_default();
            match trace {
                Trace::Entered { node } => drop(taken.nodes.insert(node.clone())),
                Trace::Left { node, port, .. } => {
                    taken.ports.insert((node.clone(), port.clone()));
                }
                Trace::Called { workflow, .. } => stack.push(Some(workflow.clone())),
                Trace::Returned { .. } => drop(stack.pop()),
                _ => {}
            }
        }
    }

    pub(crate) fn of(&mut self, workflow: Option<&str>) -> Taken {
        self.0.remove(&workflow.map(str::to_owned)).unwrap_or_default()
    }
}

impl Walked {
    pub(crate) fn new(workflow: Workflow, taken: Taken) -> Self {
        Self { workflow, taken }
    }
}

/// Which nodes and ports of the graph in a file dialogues take.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Ids, in the graph's order, each with whether it was taken.
    pub nodes: Vec<(String, bool)>,
    /// A node's id and a port, in order, with whether it was taken.
    pub ports: Vec<(String, String, bool)>,
}

/// The coverage of several workflows, by file.
#[derive(Debug, Default)]
pub(crate) struct Coverages(BTreeMap<PathBuf, Coverage>);

impl Coverages {
    /// Adds what one dialogue took. Workflows that are in no file have nobody who looks for them.
    pub(crate) fn add(&mut self, walked: &Walked) {
        let Some(file) = &walked.workflow.file else { return };
        let coverage = self.0.entry(file.clone()).or_default();
        coverage.add(walked);
    }

    pub(crate) fn into_iter(self) -> impl Iterator<Item = (PathBuf, Coverage)> {
        self.0.into_iter()
    }
}

impl Coverage {
    fn add(&mut self, Walked { workflow, taken }: &Walked) {
        let earlier = std::mem::take(self);
        for (node, ports) in workflow.program.ports() {
            let seen = earlier.nodes.iter().any(|(known, seen)| known == node && *seen);
            self.nodes.push((node.to_owned(), seen || taken.nodes.contains(node)));
            for (port, connected) in ports {
                let is_this = |n: &str, p: &str| n == node && p == port;
                let seen = earlier.ports.iter().any(|(n, p, seen)| is_this(n, p) && *seen)
                    || taken.ports.iter().any(|(n, p)| is_this(n, p));
                if connected || seen {
                    self.ports.push((node.to_owned(), port.to_owned(), seen));
                }
            }
        }
    }

    /// What was not taken: nodes, and ports of nodes that were.
    #[must_use]
    pub fn not_taken(&self) -> Vec<String> {
        let missed = |node: &str| self.nodes.iter().any(|(id, seen)| id == node && !seen);
        let ports = |id: &str| -> Vec<String> {
            let of_node = self.ports.iter().filter(|(node, _, seen)| node == id && !seen);
            of_node.map(|(node, port, _)| format!("{node}.{port}")).collect()
        };
        let all = self.nodes.iter().flat_map(|(id, _)| match missed(id) {
            true => vec![id.clone()],
            false => ports(id),
        });
        all.collect()
    }
}

/// `nodes 7/9, ports 12/15, not taken: goodbye, confirm.timeout`
impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nodes = self.nodes.iter().filter(|(_, seen)| *seen).count();
        let ports = self.ports.iter().filter(|(.., seen)| *seen).count();
        write!(f, "nodes {nodes}/{}, ports {ports}/{}", self.nodes.len(), self.ports.len())?;
        match self.not_taken() {
            missed if missed.is_empty() => Ok(()),
            missed => write!(f, ", not taken: {}", missed.join(", ")),
        }
    }
}
