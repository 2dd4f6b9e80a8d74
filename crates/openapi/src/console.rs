//! The document of the console's API (contract/console-bimpe.md).

mod agents;
mod calls;
mod components;
mod conversations;
mod workflows;

use serde_json::{Value, json};

use crate::group::{Group, bearer, by_header, gather};
use crate::{Conventions, Document, Parameter, Schemas};

/// Where the API begins.
pub const BASE: &str = "/api/v1/console";

const CONVENTIONS: Conventions =
    Conventions { invalid: 400, has_request_id: true, has_scopes: true };

const ABOUT: &str = "\
What a team does with its workflows, agents and conversations. Drop-in for the console API of BimpeAI; the fields \
`graph`, `settings`, `status`, `version`, `revision`, `published_at` and `trigger_type` of a workflow are Parlance's own.

Every answer but a stream is an envelope: `message` and `data`, and `meta` where `data` is a page of a list. Every \
error is a `ConsoleErrorResponse`. An id that is another team's is not found (404). What is not built answers 501 and is \
marked `x-not-implemented`.";

const TAGS: &[(&str, &str)] = &[
    ("workflows", "What a conversation follows."),
    ("agents", "Who answers on a team's channels."),
    ("conversations", "What contacts and agents say."),
    ("calls", "Not built."),
    ("phone-numbers", "Not built."),
    ("openapi", "This document."),
];

/// The groups of operations: each endpoint is an entry of the table of one.
const GROUPS: &[Group] = &[
    (workflows::operations, workflows::schemas),
    (agents::operations, agents::schemas),
    (conversations::operations, conversations::schemas),
    (calls::operations, calls::schemas),
];

/// What operations refer to by an id: an example, which is of nobody.
const EXAMPLE_ID: &str = "018f5e3a-7b1c-7c2d-8e4f-5a6b7c8d9e0f";

/// The document.
#[must_use]
pub fn document() -> Document {
    let (operations, schemas) = gather(GROUPS, ("/openapi.json", "application/json"));
    Document {
        title: "Parlance console API",
        about: ABOUT,
        base: BASE,
        tags: TAGS,
        operations,
        conventions: CONVENTIONS,
        schemes: vec![
            bearer("An API key, `sk_…`, as `Authorization: Bearer`."),
            by_header("ApiKey", "X-Api-Key", "The same key in a header of its own."),
        ],
        security: json!([{"Bearer": []}, {"ApiKey": []}]),
        components: components::components(schemas),
    }
}

/// A boolean of the query.
fn flag(name: &str, about: &str) -> Parameter {
    Parameter::query(name, about, json!({"type": "boolean"}))
}

/// Adds the envelope of one thing, by the names of both.
fn envelope(schemas: &mut Schemas, name: &str, data: Value) {
    schemas.add(
        name,
        json!({
            "type": "object",
            "properties": {"message": {"type": "string"}, "data": data},
            "required": ["message", "data"],
            "additionalProperties": false,
        }),
    );
}

/// Adds the envelope of a page of things.
fn page(schemas: &mut Schemas, name: &str, item: Value) {
    schemas.add(
        name,
        json!({
            "type": "object",
            "properties": {
                "message": {"type": "string"},
                "data": {"type": "array", "items": item},
                "meta": {"$ref": "#/components/schemas/PageMeta"},
            },
            "required": ["message", "data", "meta"],
            "additionalProperties": false,
        }),
    );
}
