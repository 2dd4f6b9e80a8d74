//! Equality and order. Two numbers compare as numbers, also where one or both are written as text (`"129.00"`);
//! everything else compares as folded text, so ISO dates have their order.

use std::cmp::Ordering;

use serde_json::Value;

use super::side::Side;
use crate::number;

pub(super) fn equals(value: &Side<'_>, to: &Side<'_>) -> bool {
    // Two texts are equal as texts only: as ids, "007" and "7" differ.
    if (value.value.is_number() || to.value.is_number())
        && let (Some(a), Some(b)) = (number::of(value.value), number::of(to.value))
    {
        return a == b;
    }
    match (value.value, to.value) {
        (Value::Array(items), Value::Array(others)) => {
            let same = |(item, other)| equals(&Side::of(item), &Side::of(other));
            items.len() == others.len() && items.iter().zip(others).all(same)
        }
        (Value::Array(_) | Value::Object(_), Value::Array(_) | Value::Object(_)) => {
            value.value == to.value
        }
        _ => match (value.text(), to.text()) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        },
    }
}

pub(super) fn not_equals(value: &Side<'_>, to: &Side<'_>) -> bool {
    !equals(value, to)
}

pub(super) fn gt(value: &Side<'_>, to: &Side<'_>) -> bool {
    order(value, to).is_some_and(Ordering::is_gt)
}

pub(super) fn gte(value: &Side<'_>, to: &Side<'_>) -> bool {
    order(value, to).is_some_and(Ordering::is_ge)
}

pub(super) fn lt(value: &Side<'_>, to: &Side<'_>) -> bool {
    order(value, to).is_some_and(Ordering::is_lt)
}

pub(super) fn lte(value: &Side<'_>, to: &Side<'_>) -> bool {
    order(value, to).is_some_and(Ordering::is_le)
}

/// `None`: the two have no order, as a number and a word, or anything and nothing.
pub(super) fn order(value: &Side<'_>, to: &Side<'_>) -> Option<Ordering> {
    match (number::of(value.value), number::of(to.value)) {
        (Some(a), Some(b)) => a.partial_cmp(&b),
        (None, None) => {
            let (a, b) = (value.text()?, to.text()?);
            (!a.is_empty() && !b.is_empty()).then(|| a.cmp(&b))
        }
        _ => None,
    }
}
