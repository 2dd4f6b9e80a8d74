//! What a `wait` can be.

use serde_json::json;

use crate::limits::{MAX_ID_CHARS, MAX_WAIT_MINUTES};
use crate::schema::{Object, above_zero, has, has_variables, string, text};

pub(super) fn schema() -> Object {
    // A text may be the number too, as `number.rs` reads it.
    let number = json!({"type": "string", "pattern": "\\p{N}"});
    let mut template = has_variables();
    template["type"] = "string".into();
    let minutes = json!({"anyOf": [above_zero(MAX_WAIT_MINUTES), template, number]});
    let mut offset = string(MAX_ID_CHARS);
    offset["pattern"] = "^([+-][0-9]{2}:[0-9]{2}|Z)$".into();
    Object::new("Pauses the session.")
        .field("minutes", "How long; may be a template.", minutes)
        .field("until", "A time, a date, or a time of day; may be a template.", text(MAX_ID_CHARS))
        .field("utc_offset", "Of the clock that `until` is told by.", offset)
        .rule(json!({"oneOf": [has("minutes"), has("until")]}))
}
