//! What the actions API's operations have in common: the errors.

use serde_json::{Map, Value, json};

use super::{CONVENTIONS, EXAMPLE_ID};
use crate::ErrorAnswer;
use crate::conventions::{ERRORS, path};
use crate::schemas::{Schemas, reference};

/// Answers that have no fields but those of their schema.
const CLOSED: &[&str] = &[
    "Me",
    "Tenant",
    "Flow",
    "StartedFlow",
    "StartedSequence",
    "Contact",
    "UpdatedContact",
    "FoundContact",
    "TagAdded",
    "TagRemoved",
    "Tag",
    "Sent",
    "Template",
    "TemplateButton",
    "TemplateDetail",
    "FlowSession",
    "SequenceSession",
    "ReceivedMessage",
    "Webhook",
    "CreatedWebhook",
    "WebhookTest",
];

/// Errors of its own that have `error` alone: the status, what it means, the text of the example.
const OWN_ERRORS: &[(u16, &str, &str)] = &[
    (403, "The key has not the scope.", "This API key is missing the required scope: actions."),
    (404, "There is none, or it is another team's.", "Flow not found or not published"),
];

pub(super) fn components(mut schemas: Schemas) -> Value {
    schemas.add("Error", error());
    schemas.add("ValidationError", validation());
    schemas.add("Unauthenticated", unauthenticated());
    let (message, errors) = ("The given data was invalid.", json!({"flow_id": ["required"]}));
    let mut answers = vec![
        ErrorAnswer {
            status: 401,
            about: "No key, or none that is known and not expired.",
            schema: reference("Unauthenticated"),
            example: json!({"message": "Unauthenticated.", "error": "Unauthenticated."}),
        },
        ErrorAnswer {
            status: 422,
            about: "Fields are wrong, each named in `errors`; or a rule is broken, which `error` says.",
            schema: json!({"anyOf": [reference("ValidationError"), reference("Error")]}),
            example: json!({"message": message, "errors": errors}),
        },
    ];
    answers.extend(OWN_ERRORS.iter().chain(ERRORS).map(|(status, about, text)| ErrorAnswer {
        status: *status,
        about,
        schema: reference("Error"),
        example: json!({"error": text}),
    }));
    answers.sort_by_key(|answer| answer.status);
    CONVENTIONS.components(schemas.finish(CLOSED), parameters(), answers)
}

/// What paths name.
fn parameters() -> Map<String, Value> {
    let schema = json!({"type": "string", "format": "uuid", "examples": [EXAMPLE_ID]});
    Map::from_iter([("id".to_owned(), path("id", "Which.", schema))])
}

/// What [`api::Surface::Actions`] says.
///
/// [`api::Surface::Actions`]: ../../../api/src/surface.rs
fn error() -> Value {
    let texts = json!({"type": "array", "items": {"type": "string"}});
    json!({
        "type": "object",
        "properties": {
            "error": {"type": "string", "description": "What is wrong."},
            "code": {"type": "integer", "description": "WhatsApp's, where it refused."},
            "expected_placeholders": texts,
            "missing": texts,
        },
        "required": ["error"],
        "not": {"required": ["errors"]},
    })
}

fn validation() -> Value {
    json!({
        "type": "object",
        "properties": {
            "message": {"const": "The given data was invalid."},
            "errors": {
                "type": "object",
                "description": "By field, with dots where it is inside of another; `body` is the body itself.",
                "minProperties": 1,
                "additionalProperties": {"type": "array", "minItems": 1, "items": {"type": "string"}},
            },
        },
        "required": ["message", "errors"],
        "additionalProperties": false,
    })
}

/// Documented in two ways: both are there (contract/actions-qyvo.md, section 3).
fn unauthenticated() -> Value {
    let text = json!({"const": "Unauthenticated."});
    json!({
        "type": "object",
        "properties": {"message": text, "error": text},
        "required": ["message", "error"],
        "additionalProperties": false,
    })
}
