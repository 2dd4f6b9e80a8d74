//! `set`: keeps values, changes fields and tags of the contact, and goes on at once.
//!
//! Fields, at least one of them:
//! - `vars`: values that are kept as `{{vars.<name>}}`, in order: each sees those before it.
//! - `contact`: `name`, `email`, or fields of the team's own, which templates read as `{{contact.metadata.<name>}}`;
//!   null removes a field. A value is at most 1 KiB as JSON, `name` and `email` are texts. The phone number cannot be
//!   set: it is whom the contact is known by. A contact has at most 200 such fields; a further one is dropped.
//! - `add_tags`, `remove_tags`: lists of texts of at most 100 characters; blank ones are skipped. A contact has at most
//!   100 tags; a further one is dropped.
//!
//! Texts in all of them are templates; one that is a single `{{…}}` keeps the type of its value. What does not fit a
//! field is not set, and traced.
//! Ports: `next`.
//!
//! ```json
//! {
//!   "id": "remember", "type": "set",
//!   "vars": { "total": "{{context.cart_total}}", "lines": [ "Cart {{context.cart_id}}", "{{vars.total}}" ] },
//!   "contact": { "name": "{{contact.name|title}}", "last_cart": "{{context.cart_id}}" },
//!   "add_tags": [ "cart" ], "remove_tags": [ "new" ]
//! }
//! ```
//! sends
//! ```json
//! []
//! ```

mod read;
#[cfg(feature = "schema")]
mod schema;

use serde_json::Value;

use crate::failure::Failure;
use crate::limits::{MAX_CONTACT_FIELD_BYTES, MAX_TAG_CHARS, MAX_VALUE_DEPTH};
use crate::measure::{is_deeper, json_length};
use crate::node::{Move, NEXT, Node, NodeType};
use crate::parts::Values;
use crate::template::Text;
use crate::turn::Turn;
use crate::{Change, Trace};

pub(super) const TYPE: NodeType = NodeType {
    name: "set",
    ports: &[NEXT],
    read: read::read,
    #[cfg(feature = "schema")]
    schema: schema::schema,
};

/// The fields of a contact that are texts, and not among the team's own.
const TEXTS: [&str; 2] = ["name", "email"];

#[derive(Debug)]
struct Set {
    vars: Values,
    contact: Values,
    add_tags: Vec<Text>,
    remove_tags: Vec<Text>,
}

impl Node for Set {
    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        for (name, value) in self.vars.iter() {
            let value = value.compute(turn)?;
            turn.save(name, value)?;
        }
        for (name, value) in self.contact.iter() {
            let value = value.compute(turn)?;
            match fitting(name, value) {
                Ok(value) => turn.change(Change::Field { name: name.to_owned(), value })?,
                Err(message) => turn.trace(Trace::Uncomputed { node: turn.node(), message }),
            }
        }
        for tag in tags(turn, &self.add_tags)? {
            turn.change(Change::AddTag { tag })?;
        }
        for tag in tags(turn, &self.remove_tags)? {
            turn.change(Change::RemoveTag { tag })?;
        }
        Ok(Move::next())
    }
}

/// The value as the field can hold it; else why it cannot.
fn fitting(name: &str, value: Value) -> Result<Value, String> {
    let value = match value {
        Value::String(text) if TEXTS.contains(&name) => match text.trim() {
            "" => Value::Null,
            text => Value::from(text),
        },
        Value::Number(number) if TEXTS.contains(&name) => Value::from(number.to_string()),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) if TEXTS.contains(&name) => {
            return Err(format!(
                "`{name}` of a contact is a text, not {}",
                crate::fields::kind(&value)
            ));
        }
        value => value,
    };
    if is_deeper(&value, MAX_VALUE_DEPTH) {
        return Err(format!("`{name}` would be nested more than {MAX_VALUE_DEPTH} deep"));
    }
    match json_length(&value) {
        0..=MAX_CONTACT_FIELD_BYTES => Ok(value),
        length => Err(format!(
            "`{name}` would have {length} bytes; a field of a contact may have {MAX_CONTACT_FIELD_BYTES}"
        )),
    }
}

fn tags(turn: &mut Turn<'_>, texts: &[Text]) -> Result<Vec<String>, Failure> {
    let mut tags = Vec::with_capacity(texts.len());
    for text in texts {
        let tag = turn.render_within(text, MAX_TAG_CHARS)?;
        if !tag.trim().is_empty() {
            tags.push(tag.trim().to_owned());
        }
    }
    Ok(tags)
}

#[cfg(test)]
mod tests;
