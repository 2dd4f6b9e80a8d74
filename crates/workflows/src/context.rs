//! What a trigger gives a workflow: `context` on the actions surface, `triggerData` on the trigger surface.

use conversation::limits;
use fields::Object;
use serde_json::{Map, Value, json};

/// Reads it: an object of at most 16 KiB as JSON. PHP clients write an empty one as `[]`.
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
    context
}
