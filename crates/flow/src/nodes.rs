//! The node types: one file each, one line each. This list is the language's table of contents.

mod ai;
mod ask;
mod branch;
mod call;
mod consent;
mod end;
mod handoff;
mod http;
mod message;
mod set;
mod split;
mod wait;

pub(crate) use ask::expectations;

use crate::node::NodeType;

/// Every node type.
pub(crate) const TYPES: &[NodeType] = &[
    ai::TYPE,
    ask::TYPE,
    branch::TYPE,
    call::TYPE,
    consent::TYPE,
    end::TYPE,
    handoff::TYPE,
    http::TYPE,
    message::TYPE,
    set::TYPE,
    split::TYPE,
    wait::TYPE,
];

#[cfg(test)]
mod tests;
