//! Whether there is a value at all. Missing, null and blank text are none: what a form leaves empty arrives as
//! any of these.

use serde_json::Value;

pub(super) fn exists(value: &Value, _: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        _ => true,
    }
}

pub(super) fn not_exists(value: &Value, to: &Value) -> bool {
    !exists(value, to)
}
