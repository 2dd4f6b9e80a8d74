//! What a trigger gives a workflow: `context` on the actions surface, `triggerData` on the trigger surface.

use conversation::limits;
use fields::Object;
use flow::is_deeper;
use flow::limits::MAX_VALUE_DEPTH;
use serde_json::{Map, Value, json};

/// Reads it: an object of at most 16 KiB as JSON, nested at most 64 deep. PHP clients write an empty one as `[]`.
#[must_use]
pub fn read_context(fields: &Object<'_, '_>, name: &str) -> Map<String, Value> {
    if fields.any(name).value().and_then(Value::as_array).is_some_and(Vec::is_empty) {
        return Map::new();
    }
    let context = read_map(fields, name);
    fields.describe(name, || json!({"type": ["object", "array"], "maxItems": 0}));
    context
}

/// Reads it as the trigger surface documents it: an object and nothing else, where it is there.
#[must_use]
pub fn read_trigger_data(fields: &Object<'_, '_>, name: &str) -> Map<String, Value> {
    if fields.has(name) && !fields.given(name) {
        fields.error(name, "must be an object");
    }
    read_map(fields, name)
}

fn read_map(fields: &Object<'_, '_>, name: &str) -> Map<String, Value> {
    let context = fields.map(name).value().cloned().unwrap_or_default();
    let bytes = serde_json::to_vec(&context).map_or(usize::MAX, |json| json.len());
    if bytes > limits::CONTEXT_BYTES {
        let most = limits::CONTEXT_BYTES;
        fields.error(name, format!("takes {bytes} bytes as JSON; it may take {most}"));
    }
    // It is kept within a conversation, which could not be read again if the whole were deeper than JSON is read.
    if fields.any(name).value().is_some_and(|context| is_deeper(context, MAX_VALUE_DEPTH)) {
        fields.error(name, format!("is nested more than {MAX_VALUE_DEPTH} deep"));
    }
    context
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An object that has itself so many levels.
    fn nested(levels: usize) -> Value {
        (1..levels).fold(json!({}), |inner, _| json!({"a": inner}))
    }

    #[test]
    fn a_context_that_could_not_be_read_again_within_a_conversation_is_refused() {
        for read in [read_context, read_trigger_data] {
            let read = |levels| {
                let body = json!({"context": nested(levels)});
                fields::read(&body, |fields| Some(read(fields, "context")))
            };
            assert!(read(64).is_ok());
            let errors = read(65).unwrap_err();
            assert_eq!(errors[0].to_string(), "context: is nested more than 64 deep");
        }
    }
}
