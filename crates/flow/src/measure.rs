//! How large and how deeply nested JSON is: what is kept is bounded in both.

use std::io;

use serde::Serialize;
use serde_json::Value;

/// Bytes of a value as JSON, counted without writing them anywhere.
pub(crate) fn json_length(value: &impl Serialize) -> usize {
    let mut count = Count(0);
    serde_json::to_writer(&mut count, value).map_or(usize::MAX / 2, |()| count.0)
}

struct Count(usize);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether lists and objects are nested more than `levels` deep. What is kept may be nested
/// [`crate::limits::MAX_VALUE_DEPTH`] deep.
#[must_use]
pub fn is_deeper(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels == 0 || items.iter().any(|item| is_deeper(item, levels - 1)),
        Value::Object(fields) => {
            levels == 0 || fields.values().any(|item| is_deeper(item, levels - 1))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn length_is_that_of_the_json_in_bytes() {
        for value in [json!(null), json!("é\n"), json!({"a": [1, 2.5, "x"]}), json!([])] {
            assert_eq!(json_length(&value), value.to_string().len());
        }
    }

    #[test]
    fn depth_counts_lists_and_objects() {
        assert!(!is_deeper(&json!(1), 0));
        assert!(is_deeper(&json!([]), 0));
        assert!(!is_deeper(&json!([{"a": 1}]), 2));
        assert!(is_deeper(&json!([1, {"a": []}]), 2));
    }
}
