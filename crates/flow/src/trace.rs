//! What happened in a turn, for the person who writes the workflow. Nothing depends on it.

use serde::Serialize;

use crate::Route;

/// One thing that happened in a turn.
#[derive(Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Trace {
    /// The session came to a node.
    Entered {
        /// The node's id.
        node: String,
    },
    /// The session left a node.
    Left {
        /// The node's id.
        node: String,
        /// Through which port.
        port: String,
        /// To which node; `None`: no edge there, so the session completed.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
    /// A variable had no value, and was rendered as nothing.
    Missing {
        /// The node's id.
        node: String,
        /// Which variable, such as `context.cart_id`.
        variable: String,
    },
    /// A template could not be computed, or what it gave could not be used: it counts as missing.
    Uncomputed {
        /// The node's id.
        node: String,
        /// Why.
        message: String,
    },
    /// A value was saved as `{{vars.name}}`.
    Saved {
        /// The node's id.
        node: String,
        /// The variable's name.
        name: String,
    },
    /// An answer was not what the node expects.
    Refused {
        /// The node's id.
        node: String,
        /// How many answers it has refused by now.
        attempts: u32,
    },
    /// A rendered text was longer than a channel takes, and was cut.
    Cut {
        /// The node's id.
        node: String,
    },
    /// A rendered text was blank, so no message was sent.
    Blank {
        /// The node's id.
        node: String,
    },
    /// An effect is wanted.
    Requested {
        /// The node's id.
        node: String,
        /// The effect's number.
        effect: u32,
    },
    /// What was wanted could not be had; the session goes on through `error` where the node has that port.
    Failed {
        /// The node's id.
        node: String,
        /// Why.
        message: String,
    },
    /// Another workflow was called; the nodes that follow are its own.
    Called {
        /// The node's id.
        node: String,
        /// The id of the workflow.
        workflow: String,
    },
    /// A called workflow returned; the nodes that follow are the caller's.
    Returned {
        /// The id of the node that called.
        node: String,
        /// How the called workflow ended.
        #[serde(skip_serializing_if = "Option::is_none")]
        outcome: Option<String>,
    },
    /// The contact was changed.
    Changed {
        /// The node's id.
        node: String,
        /// Which field, or `tags` or `consent`.
        field: String,
    },
    /// An action that is none of ours was passed over.
    Skipped {
        /// The node's id.
        node: String,
        /// What a flow or rule has as its action.
        action: String,
    },
    /// A way to answer a message was considered.
    Considered {
        /// Which.
        route: Route,
        /// The flow's or rule's name, the question.
        name: String,
        /// How well it fits, in the measure of its kind; above zero.
        score: f64,
    },
    /// The way a message is answered.
    Routed {
        /// Which.
        route: Route,
        /// The flow's or rule's name, the question.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// The event changed nothing.
    Ignored {
        /// Why.
        reason: String,
    },
}
