//! The list of operators. A new one is a function in a file beside this one, and a line here.

use serde_json::Value;

use super::{compare, presence, text};
use crate::fields::Fields;

/// One operator of a condition.
#[derive(Debug)]
pub(super) struct Operator {
    /// The `op` in the graph.
    pub(super) name: &'static str,
    /// Reports what is wrong with `to`, before any turn.
    pub(super) check: fn(&mut Fields<'_, '_>),
    /// Whether `value` and `to` are so related. What is missing is null.
    pub(super) holds: fn(&Value, &Value) -> bool,
}

pub(super) const OPERATORS: &[Operator] = &[
    Operator { name: "equals", check: wants_to, holds: compare::equals },
    Operator { name: "not_equals", check: wants_to, holds: compare::not_equals },
    Operator { name: "gt", check: wants_to, holds: compare::gt },
    Operator { name: "gte", check: wants_to, holds: compare::gte },
    Operator { name: "lt", check: wants_to, holds: compare::lt },
    Operator { name: "lte", check: wants_to, holds: compare::lte },
    Operator { name: "contains", check: wants_to, holds: text::contains },
    Operator { name: "exists", check: wants_nothing, holds: presence::exists },
    Operator { name: "not_exists", check: wants_nothing, holds: presence::not_exists },
];

/// The operator compares with `to`.
fn wants_to(fields: &mut Fields<'_, '_>) {
    if !fields.has("to") {
        fields.missing("to");
    }
}

/// The operator looks at `value` only.
fn wants_nothing(fields: &mut Fields<'_, '_>) {
    if fields.has("to") {
        fields.warning("to", "unused_field", "this operator looks at `value` only; leave `to` out");
    }
}
