//! The node types: one file each, one line each. This list is the language's table of contents.

mod ask;
mod branch;
mod call;
mod end;
mod handoff;
mod message;

use crate::node::NodeType;

/// Every node type.
pub(crate) const TYPES: &[NodeType] =
    &[ask::TYPE, branch::TYPE, call::TYPE, end::TYPE, handoff::TYPE, message::TYPE];

#[cfg(test)]
mod tests;
