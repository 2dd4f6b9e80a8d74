//! Groups of operations, of which the document of a surface is made.

use serde_json::{Value, json};

use crate::operation::Method::Get;
use crate::{Operation, Schemas};

/// A group: the table of its operations, and what adds the schemas that they refer to.
pub(crate) type Group = (fn() -> Vec<Operation>, fn(&mut Schemas));

/// The operations of these groups, and after them the one that gives the document itself, at a path and of a content
/// type; with the schemas that they refer to.
pub(crate) fn gather(
    groups: &[Group],
    (path, content_type): (&'static str, &str),
) -> (Vec<Operation>, Schemas) {
    let mut schemas = Schemas::default();
    let mut operations = Vec::new();
    for (table, fill) in groups {
        operations.extend(table());
        fill(&mut schemas);
    }
    let content = json!({content_type: {"schema": {"type": "object"}}});
    let document = Operation::new("openapi", Get, path, "getOpenApi", "This document");
    operations.push(document.answers_with(200, "The document.", content));
    (operations, schemas)
}

/// The way to say who asks by a key in `Authorization: Bearer`.
pub(crate) fn bearer(about: &str) -> (&'static str, Value) {
    ("Bearer", json!({"type": "http", "scheme": "bearer", "description": about}))
}

/// The way to say who asks by a header, with the name that the document gives it.
pub(crate) fn by_header(name: &'static str, header: &str, about: &str) -> (&'static str, Value) {
    (name, json!({"type": "apiKey", "in": "header", "name": header, "description": about}))
}
