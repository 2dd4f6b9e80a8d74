//! Which way a message goes that no session waits for (design, section 4, «Routing»).

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::fields::Reading;
use crate::program::Placed;
use crate::turn::Turn;
use crate::{Definition, Reply, Trace};

/// What the ids of nodes begin with that no graph has: those which the routing makes.
pub(crate) const RESERVED: char = '#';

/// A way to answer a message that no session waits for.
#[derive(Serialize, Deserialize, Copy, Clone, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// A script of `flows`, chosen by its keywords.
    Flow,
    /// A rule, chosen by its phrases.
    Rule,
    /// An answer of `faq`.
    Faq,
    /// The graph, from its entry.
    Graph,
    /// The language model.
    Model,
    /// A fixed text.
    Fixed,
}

/// The ways that a workflow has.
#[derive(Debug)]
pub(crate) struct Router {
    instructions: String,
}

/// Reads the flows, rules and questions of a definition. What they say and do becomes nodes behind those of the graph.
pub(crate) fn read(
    definition: &Definition<'_>,
    _nodes: &mut Vec<Placed>,
    _reading: &mut Reading,
) -> Router {
    Router { instructions: definition.system_prompt.to_owned() }
}

impl Router {
    pub(crate) fn instructions(&self) -> &str {
        &self.instructions
    }

    /// The way that a message takes, and the index of the node at which it begins.
    pub(crate) fn route(
        &self,
        turn: &mut Turn<'_>,
        _reply: &Reply,
    ) -> Result<(Route, usize), Failure> {
        let entry = turn.program.start().ok_or(Failure::NoGraph)?;
        turn.trace(Trace::Routed { route: Route::Graph, name: None });
        Ok((Route::Graph, entry))
    }
}
