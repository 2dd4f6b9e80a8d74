//! Equality and order. Two numbers compare as numbers, also where one or both are written as text (`"129.00"`);
//! everything else compares as folded text, so ISO dates have their order.

use std::cmp::Ordering;

use serde_json::Value;

use super::text::folded;
use crate::number;

pub(super) fn equals(value: &Value, to: &Value) -> bool {
    // Two texts are equal as texts only: as ids, "007" and "7" differ.
    if (value.is_number() || to.is_number())
        && let (Some(a), Some(b)) = (number::of(value), number::of(to))
    {
        return a == b;
    }
    match (value, to) {
        (Value::Array(_) | Value::Object(_), Value::Array(_) | Value::Object(_)) => value == to,
        _ => folded(value) == folded(to),
    }
}

pub(super) fn not_equals(value: &Value, to: &Value) -> bool {
    !equals(value, to)
}

pub(super) fn gt(value: &Value, to: &Value) -> bool {
    order(value, to).is_some_and(Ordering::is_gt)
}

pub(super) fn gte(value: &Value, to: &Value) -> bool {
    order(value, to).is_some_and(Ordering::is_ge)
}

pub(super) fn lt(value: &Value, to: &Value) -> bool {
    order(value, to).is_some_and(Ordering::is_lt)
}

pub(super) fn lte(value: &Value, to: &Value) -> bool {
    order(value, to).is_some_and(Ordering::is_le)
}

/// `None`: the two have no order, as a number and a word, or anything and nothing.
fn order(value: &Value, to: &Value) -> Option<Ordering> {
    match (number::of(value), number::of(to)) {
        (Some(a), Some(b)) => a.partial_cmp(&b),
        (None, None) => {
            let (a, b) = (folded(value), folded(to));
            (!a.is_empty() && !b.is_empty()).then(|| a.cmp(&b))
        }
        _ => None,
    }
}
