//! The document of the trigger API (contract/trigger-pingmee.md). On the path that seed 000 documents it says what the
//! seed says, and what the server may answer besides.

use ::trigger::{AccessTokenView, TriggeredView, WorkflowTrigger};
use fields::describe;
use serde_json::{Map, Value, json};

use crate::conventions::{label, path};
use crate::operation::Method::{Get, Post};
use crate::schemas::{Schemas, reference};
use crate::{Conventions, Document, ErrorAnswer, Operation};

/// Where the API begins.
pub const BASE: &str = "/";

const CONVENTIONS: Conventions =
    Conventions { invalid: 400, has_request_id: false, has_scopes: false };

const ABOUT: &str = "\
Starts workflows for conversations. Drop-in for the trigger API of Pingmee.

Every request needs both an API key and an access token of the same team: `x-api-key`, and `Cookie: accessToken=…`. \
`POST /auth/token` gives a token for a key, which needs the scope `trigger`. Every error has `error`, the name of the status, and `message`.";

const TAGS: &[(&str, &str)] = &[
    ("auth", "What gives access."),
    ("workflows", "What a conversation follows."),
    ("openapi", "This document."),
];

/// The one scope of this surface.
const SCOPE: &str = "trigger";

/// Answers that have no fields but those of their schema.
const CLOSED: &[&str] = &["AccessToken", "Triggered"];

/// What the seed says of the fields of a trigger.
const ABOUT_TRIGGER: &[(&str, &str)] = &[
    ("phoneNumberId", "Business phone number identifier."),
    ("customerPhoneNumberId", "Customer phone number identifier."),
    ("startFromNodeId", "Optional workflow node identifier to start execution from."),
    ("triggerData", "Optional JSON object passed to the workflow when it is triggered."),
];

/// The errors: the status, what it means, the text of the example.
const ERRORS: &[(u16, &str, &str)] = &[
    (400, "Invalid request", "phoneNumberId: required"),
    (401, "Unauthorized", "Both x-api-key and the cookie accessToken are required."),
    (403, "The key has not the scope.", "This API key is missing the required scope: trigger."),
    (
        409,
        "The Idempotency-Key came before, with another request.",
        "This Idempotency-Key was used with another body.",
    ),
    (413, "The body is too large.", "The body may be at most 1048576 bytes."),
    (
        415,
        "The body is not JSON by its content type.",
        "The body must be sent as application/json, not text/plain.",
    ),
    (
        429,
        "The key has used up its limit.",
        "This API key may make 120 requests a minute. Try again later.",
    ),
    (500, "An error of the server.", "Internal error."),
    (
        503,
        "It could not be done now; the same request may succeed later.",
        "This could not be done now. Try again.",
    ),
];

/// The document.
#[must_use]
pub fn document() -> Document {
    let (key, bearer) = ("An API key, `sk_…`.", "The same key, as `Authorization: Bearer`.");
    let cookie = "`accessToken=…`, which `POST /auth/token` gives.";
    Document {
        title: "Parlance trigger API",
        about: ABOUT,
        base: BASE,
        tags: TAGS,
        operations: operations(),
        conventions: CONVENTIONS,
        schemes: vec![
            (
                "cookieAuth",
                json!({"type": "apiKey", "in": "header", "name": "Cookie", "description": cookie}),
            ),
            (
                "ApiKeyAuth",
                json!({"type": "apiKey", "in": "header", "name": "x-api-key", "description": key}),
            ),
            ("Bearer", json!({"type": "http", "scheme": "bearer", "description": bearer})),
        ],
        security: json!([{"cookieAuth": [], "ApiKeyAuth": []}]),
        components: CONVENTIONS.components(schemas().finish(CLOSED), parameters(), errors()),
    }
}

fn operations() -> Vec<Operation> {
    let trigger = json!({
        "phoneNumberId": "100200300400500", "customerPhoneNumberId": "972501234567",
        "triggerData": {"order": "10234"},
    });
    let any = json!({"application/json": {"schema": {"type": "object"}}});
    vec![
        Operation::new("auth", Post, "/auth/token", "createAccessToken", "Get an access token")
            .scope(SCOPE)
            .asks_by(json!([{"ApiKeyAuth": []}, {"Bearer": []}]))
            .without_idempotency()
            .answers(200, "The token.", "AccessToken"),
        Operation::new("workflows", Post, "/workflows/{workflowId}/trigger", "triggerWorkflow", "Trigger Workflow")
            .about("Manually trigger a bot workflow for a conversation.")
            .scope(SCOPE)
            .unknown_is_invalid()
            .body("TriggerWorkflow", trigger)
            .about_body("Conversation, optional node to start the workflow from, and optional JSON payload for the trigger.")
            .answers(200, "Workflow triggered successfully", "Triggered"),
        Operation::new("openapi", Get, "/openapi.json", "getOpenApi", "This document")
            .answers_with(200, "The document.", any),
    ]
}

fn schemas() -> Schemas {
    let mut schemas = Schemas::default();
    schemas.shown::<AccessTokenView>();
    schemas.shown::<TriggeredView>();
    let mut trigger = describe(|body| drop(WorkflowTrigger::read(body)));
    for (field, about) in ABOUT_TRIGGER {
        trigger["properties"][field]["description"] = (*about).into();
    }
    trigger["properties"]["triggerData"]["additionalProperties"] = true.into();
    schemas.add("TriggerWorkflow", trigger);
    schemas.add(
        "Error",
        json!({
            "type": "object",
            "properties": {"error": {"type": "string"}, "message": {"type": "string"}},
            "required": ["error", "message"],
        }),
    );
    schemas
}

fn parameters() -> Map<String, Value> {
    let workflow = path("workflowId", "Workflow identifier.", json!({"type": "string"}));
    Map::from_iter([("workflowId".to_owned(), workflow)])
}

fn errors() -> Vec<ErrorAnswer> {
    let answer = |(status, about, text): &(u16, &'static str, &str)| ErrorAnswer {
        status: *status,
        about,
        schema: reference("Error"),
        example: json!({"error": label(*status), "message": text}),
    };
    ERRORS.iter().map(answer).collect()
}
