//! Ids of which each is a port of its node: the arms of a `split`, the labels of an `ai`.

use crate::fields::{Fields, Limit};
use crate::limits::MAX_ID_CHARS;

/// Reads the field `id` of an item. `others` are those read before it, `reserved` the node's other ports.
pub(crate) fn read_port_id(
    fields: &mut Fields<'_, '_>,
    others: &[String],
    reserved: &[&str],
) -> String {
    let id = fields.required_string("id", Limit(MAX_ID_CHARS, "id_too_long"));
    if reserved.contains(&id.as_str()) {
        let message = format!("`{id}` is another port of this node; choose another id");
        fields.error("id", "reserved_id", message);
    }
    if !id.is_empty() && others.contains(&id) {
        let message = format!("`{id}` is the id of another one here; each needs its own");
        fields.error("id", "duplicate_case", message);
    }
    id
}
