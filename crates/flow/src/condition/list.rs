//! Operators that compare with a list.

use serde_json::Value;

use super::compare;
use super::side::Side;

/// From the lower to the higher, both included.
pub(super) fn between(value: &Side<'_>, to: &Side<'_>) -> bool {
    match to.value {
        Value::Array(ends) if ends.len() == 2 => {
            compare::gte(value, &Side::of(&ends[0])) && compare::lte(value, &Side::of(&ends[1]))
        }
        _ => false,
    }
}

/// Whether the value, or an item of the list that it is, is one of a list, of a text with commas, or the only one.
pub(super) fn is_in(value: &Side<'_>, to: &Side<'_>) -> bool {
    value.each().filter(|one| !one.value.is_null()).any(|one| match to.value {
        Value::Array(list) => list.iter().any(|item| compare::equals(&one, &Side::of(item))),
        Value::String(list) => parts(list).any(|part| compare::equals(&one, &Side::of(&part))),
        _ => compare::equals(&one, to),
    })
}

/// What stands between the commas of a text.
pub(super) fn parts(list: &str) -> impl Iterator<Item = Value> {
    list.split(',').map(str::trim).filter(|part| !part.is_empty()).map(Value::from)
}
