//! Reading a `set`.

use serde_json::Value;

use super::Set;
use crate::fields::{Fields, Limit, escape};
use crate::limits::{MAX_CONTACT_FIELD_BYTES, MAX_SET, MAX_TAG_CHARS};
use crate::measure::json_length;
use crate::node::Node;
use crate::parts::Values;
use crate::template::Text;

/// Fields of a contact that are not a workflow's to set, and what is right instead.
pub(super) const RESERVED: &[(&str, &str)] = &[
    ("id", "it is derived from the address that the contact is known by"),
    ("phone", "it is the address that the contact is known by"),
    ("tags", "use `add_tags` and `remove_tags`"),
    ("metadata", "name a field of your own, such as `city`: it becomes `contact.metadata.city`"),
];

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Box<dyn Node> {
    let set = Set {
        vars: Values::read(fields, "vars"),
        contact: read_contact(fields),
        add_tags: read_tags(fields, "add_tags"),
        remove_tags: read_tags(fields, "remove_tags"),
    };
    let tags = set.add_tags.len() + set.remove_tags.len();
    if set.vars.is_empty() && set.contact.is_empty() && tags == 0 {
        let message = "a set needs something in one of vars, contact, add_tags, remove_tags";
        fields.error("", "missing_field", message);
    }
    Box::new(set)
}

fn read_contact(fields: &mut Fields<'_, '_>) -> Values {
    let written = fields.get("contact").unwrap_or(&Value::Null);
    let contact = Values::read(fields, "contact");
    check_count(fields, "contact", contact.iter().count());
    for (name, value) in contact.iter() {
        let path = format!("contact/{}", escape(name));
        if let Some((_, right)) = RESERVED.iter().find(|(reserved, _)| *reserved == name) {
            let message = format!("`{name}` of a contact cannot be set: {right}");
            fields.error(&path, "reserved_field", message);
        }
        let length = json_length(&written[name]);
        if !value.has_templates() && length > MAX_CONTACT_FIELD_BYTES {
            let message = format!(
                "the value has {length} bytes as JSON; a field of a contact may have {MAX_CONTACT_FIELD_BYTES}"
            );
            fields.error(&path, "value_too_long", message);
        }
    }
    contact
}

fn read_tags(fields: &mut Fields<'_, '_>, field: &'static str) -> Vec<Text> {
    let Some(list) = fields.list(field) else { return Vec::new() };
    check_count(fields, field, list.len());
    let mut tags = Vec::new();
    for (i, tag) in list.iter().enumerate().take(MAX_SET) {
        let path = format!("{field}/{i}");
        match tag.as_str() {
            Some(tag) => {
                tags.push(fields.template(&path, tag, Limit(MAX_TAG_CHARS, "text_too_long")));
            }
            None => fields.wrong_type(&path, tag, "a text"),
        }
    }
    tags
}

fn check_count(fields: &mut Fields<'_, '_>, field: &str, count: usize) {
    if count > MAX_SET {
        let message = format!("{count} in `{field}`; there may be {MAX_SET} in one set");
        fields.error(field, "too_many_fields", message);
    }
}
