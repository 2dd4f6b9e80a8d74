//! The words of the language, as its registries have them: what documents and tests hold themselves to.

use crate::condition;
use crate::nodes::{self, TYPES};
use crate::template;

/// The node types with their ports, where `<case>` stands for one port per case of the node.
pub fn node_types() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    TYPES.iter().map(|node_type| (node_type.name, node_type.ports))
}

/// What `expect` of an `ask` may be.
pub fn expectations() -> impl Iterator<Item = &'static str> {
    nodes::expectations()
}

/// What `op` of a condition may be.
pub fn operators() -> impl Iterator<Item = &'static str> {
    condition::operators()
}

/// The filters of templates.
#[must_use]
pub fn filters() -> &'static [&'static str] {
    template::FILTERS
}
