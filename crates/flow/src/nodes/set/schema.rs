//! What a `set` can be.

use serde_json::{Value, json};

use super::read::RESERVED;
use crate::limits::{MAX_SET, MAX_TAG_CHARS};
use crate::schema::{Object, any_text, but, list, name, values};

pub(super) fn schema() -> Object {
    let mut contact = values();
    contact["propertyNames"] = but(name(), RESERVED.iter().map(|(reserved, _)| *reserved));
    contact["maxProperties"] = MAX_SET.into();
    // A blank one is skipped.
    let tags = list(0..=MAX_SET, any_text(MAX_TAG_CHARS));
    let something =
        |field: &str, least: &str| json!({"required": [field], "properties": {field: {least: 1}}});
    let any: Vec<Value> = [
        ("vars", "minProperties"),
        ("contact", "minProperties"),
        ("add_tags", "minItems"),
        ("remove_tags", "minItems"),
    ]
    .map(|(field, least)| something(field, least))
    .into();
    Object::new("Keeps values, changes fields and tags of the contact.")
        .field("vars", "Values to keep, in order.", values())
        .field("contact", "Fields of the contact; null removes one.", contact)
        .field("add_tags", "", tags.clone())
        .field("remove_tags", "", tags)
        .rule(json!({"anyOf": any}))
}
