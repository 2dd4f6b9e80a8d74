//! Compares JSON with a pattern: `…` in a string stands for anything, a string that is only `…` for any value.
//! Objects must have the same fields, in any order.

use serde_json::Value;

/// Whether `actual` is like `pattern`.
///
/// # Errors
/// The place of the first difference, and what is there.
pub fn compare(actual: &Value, pattern: &Value) -> Result<(), String> {
    compare_at(actual, pattern, "")
}

fn compare_at(actual: &Value, pattern: &Value, path: &str) -> Result<(), String> {
    match (actual, pattern) {
        (_, Value::String(pattern)) if pattern == "…" => Ok(()),
        (Value::String(actual), Value::String(pattern)) if text(actual, pattern) => Ok(()),
        (Value::Array(actual), Value::Array(pattern)) if actual.len() == pattern.len() => {
            let mut pairs = actual.iter().zip(pattern).enumerate();
            pairs.try_for_each(|(at, (a, p))| compare_at(a, p, &format!("{path}/{at}")))
        }
        (Value::Object(actual), Value::Object(pattern)) => {
            if let Some(name) = actual.keys().find(|name| !pattern.contains_key(*name)) {
                return Err(format!("at {path}/{name}: it should not be there"));
            }
            let mut fields = pattern.iter();
            fields.try_for_each(|(name, pattern)| match actual.get(name) {
                Some(actual) => compare_at(actual, pattern, &format!("{path}/{name}")),
                None => Err(format!("at {path}/{name}: it is missing")),
            })
        }
        _ if actual == pattern => Ok(()),
        _ => Err(format!("at {path}: {actual} instead of {pattern}")),
    }
}

/// Whether a text is like a pattern, in which each `…` stands for any text.
pub fn text(actual: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = actual.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn three_dots_stand_for_anything() {
        assert!(text("sk_abc", "sk_…"));
        assert!(text("abc", "…"));
        assert!(!text("pk_abc", "sk_…"));
        assert!(!text("abcd", "abc"));
        assert!(text("a-b-c", "a…c"));
        assert_eq!(compare(&json!({"id": 5}), &json!({"id": "…"})), Ok(()));
    }

    #[test]
    fn a_field_too_many_or_too_few_is_a_difference() {
        assert!(compare(&json!({"a": 1, "b": 2}), &json!({"a": 1})).is_err());
        assert!(compare(&json!({"a": 1}), &json!({"a": 1, "b": 2})).is_err());
        assert!(compare(&json!([1, 2]), &json!([1])).is_err());
        assert!(compare(&json!({"a": {"b": 2}}), &json!({"a": {"b": 3}})).is_err());
    }
}
