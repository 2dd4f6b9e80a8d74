//! Whether there is a value at all. Missing, null and blank text are none: what a form leaves empty arrives as
//! any of these.

use serde_json::Value;

use super::side::Side;

pub(super) fn exists(value: &Side<'_>, _: &Side<'_>) -> bool {
    match value.value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        _ => true,
    }
}

pub(super) fn not_exists(value: &Side<'_>, to: &Side<'_>) -> bool {
    !exists(value, to)
}
