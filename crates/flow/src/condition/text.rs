//! Operators on texts, without regard to case, accents and white space.

use serde_json::Value;

use super::compare;
use crate::fold::fold;

/// A value as folded text. Nothing is empty text; lists and objects are their JSON.
pub(super) fn folded(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => fold(text),
        other => fold(&other.to_string()),
    }
}

/// A text contains a text, a list an equal item, an object a field of that name. Nothing is contained nowhere.
pub(super) fn contains(value: &Value, to: &Value) -> bool {
    let part = folded(to);
    if part.is_empty() {
        return false;
    }
    match value {
        Value::Array(items) => items.iter().any(|item| compare::equals(item, to)),
        Value::Object(fields) => fields.keys().any(|key| fold(key) == part),
        other => folded(other).contains(&part),
    }
}
