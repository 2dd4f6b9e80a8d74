//! What the console's operations have in common: parameters and errors.

use serde_json::{Map, Value, json};

use super::{CONVENTIONS, EXAMPLE_ID};
use crate::ErrorAnswer;
use crate::conventions::{label, path, query};
use crate::schemas::{Schemas, reference};

/// Answers that have no fields but those of their schema. Others are of the engine, whose enums are unions.
const CLOSED: &[&str] = &[
    "Agent",
    "AgentDetail",
    "AgentChannel",
    "AgentStatus",
    "AgentTestCode",
    "Conversation",
    "ConversationDetail",
    "Issue",
    "KnowledgeBase",
    "KnowledgeSummary",
    "Message",
    "NewAgent",
    "SimulatedTurn",
    "Validation",
    "Workflow",
    "WorkflowVersion",
];

/// The errors: the status, what it means, the code and text of the example.
const ERRORS: &[(u16, &str, &str, &str)] = &[
    (
        400,
        "A field is wrong, or a rule is broken. `message` is a list where fields are wrong.",
        "validation_error",
        "",
    ),
    (401, "No key, or none that is known and not expired.", "api_key_invalid", "Invalid API key."),
    (
        403,
        "The key has not the scope.",
        "insufficient_scope",
        "This API key is missing the required scope: workflows:read.",
    ),
    (404, "There is none of this id, or it is another team's.", "not_found", "Resource not found"),
    (
        409,
        "It contradicts what is there.",
        "conflict",
        "This Idempotency-Key was used with another body.",
    ),
    (413, "The body is too large.", "payload_too_large", "The body may be at most 1048576 bytes."),
    (
        415,
        "The body is not JSON by its content type.",
        "unsupported_media_type",
        "The body must be sent as application/json, not text/plain.",
    ),
    (429, "The key has used up its limit.", "rate_limited", "Too many requests."),
    (500, "An error of the server.", "internal_error", "Internal error."),
    (501, "It is not built.", "not_implemented", "Integrations are not implemented."),
    (
        503,
        "It could not be done now; the same request may succeed later.",
        "service_unavailable",
        "This could not be done now. Try again.",
    ),
];

pub(super) fn components(mut schemas: Schemas) -> Value {
    schemas.add("ConsoleErrorResponse", error());
    schemas.add("PageMeta", meta());
    super::envelope(&mut schemas, "DeletedEnvelope", json!({"type": "null"}));
    CONVENTIONS.components(schemas.finish(CLOSED), parameters(), errors())
}

/// What [`api::Surface::Console`] says.
///
/// [`api::Surface::Console`]: ../../../api/src/surface.rs
fn error() -> Value {
    let text = json!({"type": "string"});
    json!({
        "type": "object",
        "description": "A conflict may say more: the `revision` that a workflow has, the `agents` that use it.",
        "properties": {
            "message": {"anyOf": [text, {
                "type": "array",
                "description": "All that is wrong, each `path: what is wrong`.",
                "items": text,
                "minItems": 1,
            }]},
            "error": {"type": "string", "description": "The name of the status."},
            "code": {"type": "string", "description": "Stable, for programs."},
            "statusCode": {"type": "integer", "minimum": 400, "maximum": 599},
            "request_id": {"type": "string", "description": "The X-Request-Id of the request, else a new one."},
        },
        "required": ["message", "error", "code", "statusCode", "request_id"],
        "additionalProperties": true,
    })
}

fn meta() -> Value {
    let count =
        |about: &str, least: u8| json!({"type": "integer", "minimum": least, "description": about});
    json!({
        "type": "object",
        "properties": {
            "total_count": count("Things in all pages.", 0),
            "page_count": count("Pages.", 0),
            "current_page": count("This one.", 1),
            "limit": {"type": "integer", "minimum": 1, "maximum": 100, "description": "Things of a page."},
            "has_next_page": {"type": "boolean"},
            "has_previous_page": {"type": "boolean"},
        },
        "required": ["total_count", "page_count", "current_page", "limit", "has_next_page", "has_previous_page"],
        "additionalProperties": false,
    })
}

fn parameters() -> Map<String, Value> {
    let mut all = Map::new();
    for (name, about) in [
        ("workflowId", "The workflow."),
        ("agentId", "The agent."),
        ("conversationId", "The conversation."),
        ("messageId", "The message."),
        ("knowledgeBaseId", "What the agent knows."),
        ("callId", "The call."),
        ("phoneNumberId", "The phone number."),
        ("integrationId", "The integration."),
        ("toolId", "The tool."),
    ] {
        let schema = json!({"type": "string", "format": "uuid", "examples": [EXAMPLE_ID]});
        all.insert(name.to_owned(), path(name, about, schema));
    }
    let version = json!({"type": "integer", "minimum": 1, "maximum": u32::MAX, "examples": [1]});
    all.insert("version".to_owned(), path("version", "The version, from 1.", version));
    let family = json!({"enum": ["bimpeai", "custom_api", "mcp_server", "pipedream"]});
    all.insert("family".to_owned(), path("family", "Whose integrations.", family));
    let page = json!({"type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1});
    all.insert("page".to_owned(), query("page", "Which page.", page));
    let limit = json!({"type": "integer", "minimum": 1, "maximum": 100, "default": 20});
    all.insert("limit".to_owned(), query("limit", "Things of a page.", limit));
    let search = json!({"type": "string", "maxLength": 255});
    all.insert(
        "search".to_owned(),
        query("search", "A part of what is looked for; case does not matter.", search),
    );
    all
}

fn errors() -> Vec<ErrorAnswer> {
    let answer = |(status, about, code, text): &(u16, &'static str, &str, &str)| {
        let message = if text.is_empty() { json!(["name: required"]) } else { json!(text) };
        let example = json!({
            "message": message, "error": label(*status), "code": code, "statusCode": status,
            "request_id": EXAMPLE_ID,
        });
        let schema = reference("ConsoleErrorResponse");
        ErrorAnswer { status: *status, about, schema, example }
    };
    ERRORS.iter().map(answer).collect()
}
