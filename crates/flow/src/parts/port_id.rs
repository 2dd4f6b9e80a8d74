//! Ids of which each is a port of its node: choices, cases, arms, labels.

use crate::fields::{Fields, Limit};
use crate::limits::MAX_ID_CHARS;

/// Reads the field `id` of an item. `others` are those read before it, `reserved` the node's other ports, `duplicate`
/// the code of the issue where it is there already.
pub(crate) fn read_port_id(
    fields: &mut Fields<'_, '_>,
    others: &[String],
    reserved: &[&str],
    duplicate: &'static str,
) -> String {
    let id = fields.required_string("id", Limit(MAX_ID_CHARS, "id_too_long"));
    if reserved.contains(&id.as_str()) {
        fields.error("id", "reserved_id", another_port(&id));
    }
    if !id.is_empty() && others.contains(&id) {
        let message = format!("`{id}` is the id of another one here; each needs its own");
        fields.error("id", duplicate, message);
    }
    id
}

/// What [`read_port_id`] reads.
#[cfg(feature = "schema")]
pub(crate) fn port_id(reserved: &[&str]) -> serde_json::Value {
    use crate::schema::{but, string};
    match reserved {
        [] => string(MAX_ID_CHARS),
        reserved => but(string(MAX_ID_CHARS), reserved.iter().copied()),
    }
}

/// What to say of an id that the node has a port for already.
pub(crate) fn another_port(id: &str) -> String {
    format!("`{id}` is another port of this node; choose another id")
}
