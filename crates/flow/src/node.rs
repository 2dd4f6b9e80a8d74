//! What a node type is to the rest of the language: how it is read, which ports it has, what it does in a turn.
//! The types themselves are in `nodes/`.

use std::fmt::Debug;

use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::fields::Fields;
use crate::issue::Issues;
use crate::turn::Turn;
use crate::{Awaits, EffectResult, Reply, Request, Timestamp};

/// The port of a node that has only one.
pub(crate) const NEXT: &str = "next";

/// The port of a node for what could not be done.
pub(crate) const ERROR: &str = "error";

/// One type of node, as `nodes.rs` registers it.
#[derive(Debug)]
pub(crate) struct NodeType {
    /// The `type` in the graph.
    pub(crate) name: &'static str,
    /// Its ports as documents write them: by name, or `<case>` for one per case. A node has some of them.
    pub(crate) ports: &'static [&'static str],
    /// Reads the fields of a node. Every defect becomes an issue; the node that comes back is then not run, but
    /// its ports are still checked.
    pub(crate) read: fn(&mut Fields<'_, '_>) -> Box<dyn Node>,
    /// What `read` reads.
    #[cfg(feature = "schema")]
    pub(crate) schema: fn() -> crate::schema::Object,
}

/// A node of a compiled graph.
pub(crate) trait Node: Debug + Send + Sync {
    /// The names that edges may leave from.
    fn ports(&self) -> Vec<&str> {
        vec![NEXT]
    }

    /// Whether a session always stops here for an event. Circles of nodes that do not wait are refused.
    fn waits(&self) -> bool {
        false
    }

    /// What this node sends to who comes to it, if it sends anything.
    fn opening(&self) -> Option<Opening> {
        None
    }

    /// Reports what is odd about the edges of this node, all of which are known by now.
    fn check_edges(&self, _edges: &mut Edges<'_>) {}

    /// A session comes to this node.
    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure>;

    /// A session that this node made wait goes on.
    fn resume(&self, _turn: &mut Turn<'_>, _wake: Wake<'_>) -> Result<Move, Failure> {
        Ok(Move::next())
    }
}

/// What a node sends to who comes to it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    /// An approved template.
    Template,
    /// Anything else.
    Text,
}

/// What ends a node's waiting.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Wake<'a> {
    /// The contact answered. Only for a node that awaits [`Awaits::Reply`].
    Reply(&'a Reply),
    /// The contact said nothing, on the phone. Only for a node that awaits [`Awaits::Reply`].
    Silence,
    /// The deadline has passed.
    Timeout,
    /// What came of the request of this node.
    Result(&'a EffectResult),
    /// The workflow that this node called has come to its end.
    Returned(&'a Returned),
}

/// What a called workflow gives back.
#[derive(Clone, Debug)]
pub(crate) enum Returned {
    /// It ended, with its variables.
    Ended { outcome: Option<String>, vars: Map<String, Value> },
    /// It could not be called, or failed.
    Failed { reason: String },
}

/// What a node decides.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Move {
    /// On through a port. If it has no edge the session completes, with the port's name as outcome unless it is
    /// [`NEXT`].
    Leave(String),
    /// Stay until an event.
    Wait { awaits: Awaits, deadline: Option<Timestamp> },
    /// Stay until the result of a request.
    Request(Request),
    /// Run another workflow, with these variables, and come back.
    Call { workflow: String, vars: Map<String, Value> },
    /// This workflow is over: a called one returns, the session's own ends it.
    End { outcome: Option<String> },
    /// The session is over, whoever called.
    Stop { outcome: Option<String> },
}

impl Move {
    pub(crate) fn next() -> Self {
        Self::Leave(NEXT.to_owned())
    }
}

/// The edges of one node, for [`Node::check_edges`].
pub(crate) struct Edges<'a> {
    pub(crate) path: String,
    pub(crate) connected: &'a dyn Fn(&str) -> bool,
    pub(crate) issues: &'a mut Issues,
}

impl Edges<'_> {
    pub(crate) fn has(&self, port: &str) -> bool {
        (self.connected)(port)
    }

    pub(crate) fn error(&mut self, code: &'static str, message: impl Into<String>) {
        self.issues.error(code, self.path.clone(), message);
    }

    /// [`Self::unconnected`] for those of the ports of a list's items that nothing follows.
    pub(crate) fn warn_unconnected<'p>(
        &mut self,
        list: &str,
        ports: impl Iterator<Item = &'p str>,
    ) {
        for (i, port) in ports.enumerate() {
            // One without a name is reported already.
            if !port.is_empty() && !self.has(port) {
                self.unconnected(&format!("{list}/{i}"), port);
            }
        }
    }

    /// Warns that nothing follows a port, which is at `field` of the node.
    pub(crate) fn unconnected(&mut self, field: &str, port: &str) {
        let message = format!(
            "no edge leaves from port `{port}`: the session would end there with outcome `{port}`"
        );
        self.issues.warning("unconnected_port", format!("{}/{field}", self.path), message);
    }
}
