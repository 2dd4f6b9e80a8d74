//! The document of the trigger API (contract/trigger-pingmee.md). On the path that seed 000 documents it says what the
//! seed says, and what the server may answer besides.

mod conversations;
mod customers;
mod messages;
mod webhooks;
mod workflows;

use serde_json::{Map, Value, json};

use crate::conventions::{ERRORS, label, path};
use crate::group::{Group, bearer, by_header, gather};
use crate::schemas::reference;
use crate::{Conventions, Document, ErrorAnswer, Method, Operation};

/// Where the API begins.
pub const BASE: &str = "/";

const CONVENTIONS: Conventions =
    Conventions { invalid: 400, has_request_id: false, has_scopes: false };

const ABOUT: &str = "\
Starts workflows for conversations; lists and changes conversations, their messages, customers and tags. Drop-in for the trigger API of Pingmee.

Every request needs both an API key and an access token of the same team: `x-api-key`, and `Cookie: accessToken=…`. \
`POST /auth/token` gives a token for a key, which needs the scope `trigger`. Every error has `error`, the name of the status, and `message`.";

const TAGS: &[(&str, &str)] = &[
    ("auth", "What gives access."),
    ("workflows", "What a conversation follows."),
    ("conversations", "What customers and the team say, as cases."),
    ("messages", "What is said in a conversation."),
    ("customers", "Whom a team writes to."),
    ("webhooks", "Who is told what happens, as it happens."),
    ("openapi", "This document."),
];

/// The groups of operations: each endpoint is an entry of the table of one.
const GROUPS: &[Group] = &[
    (workflows::operations, workflows::schemas),
    (conversations::operations, conversations::schemas),
    (messages::operations, messages::schemas),
    (customers::operations, customers::schemas),
    (webhooks::operations, webhooks::schemas),
];

/// `participantsIdentifiers`: an example.
const EXAMPLE: &str = "106540352242922#972501234567";
/// The customer of it.
const EXAMPLE_PHONE: &str = "972501234567";

/// The one scope of this surface.
const SCOPE: &str = "trigger";

/// Answers that have no fields but those of their schema.
const CLOSED: &[&str] = &[
    "AccessToken",
    "AiFeatures",
    "AiUse",
    "Attachment",
    "Customer",
    "CustomerPage",
    "Execution",
    "InboxConversation",
    "InboxConversationPage",
    "InboxMessage",
    "InboxMessagePage",
    "MessageContext",
    "MessageError",
    "MessageKey",
    "Position",
    "SentMessage",
    "Tag",
    "TagErrors",
    "Triggered",
    "WebhookId",
];

/// The document.
#[must_use]
pub fn document() -> Document {
    let cookie = "`accessToken=…`, which `POST /auth/token` gives.";
    let (operations, mut schemas) = gather(GROUPS, ("/openapi.json", "application/json"));
    schemas.add("Error", error());
    Document {
        title: "Parlance trigger API",
        about: ABOUT,
        base: BASE,
        tags: TAGS,
        operations,
        conventions: CONVENTIONS,
        schemes: vec![
            by_header("cookieAuth", "Cookie", cookie),
            by_header("ApiKeyAuth", "x-api-key", "An API key, `sk_…`."),
            bearer("The same key, as `Authorization: Bearer`."),
        ],
        security: json!([{"cookieAuth": [], "ApiKeyAuth": []}]),
        components: CONVENTIONS.components(schemas.finish(CLOSED), parameters(), errors()),
    }
}

/// What is done or asked with a key and a token.
fn operation(
    tag: &'static str,
    method: Method,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    Operation::new(tag, method, path, id, summary).scope(SCOPE)
}

/// What paths name.
fn parameters() -> Map<String, Value> {
    let workflow = path("workflowId", "Workflow identifier.", json!({"type": "string"}));
    let about = "`participantsIdentifiers` of the conversation, with `#` written as `%23`; or our id of it.";
    let conversation = path("id", about, json!({"type": "string", "examples": [EXAMPLE]}));
    Map::from_iter([("workflowId".to_owned(), workflow), ("id".to_owned(), conversation)])
}

fn error() -> Value {
    json!({
        "type": "object",
        "properties": {"error": {"type": "string"}, "message": {"type": "string"}},
        "required": ["error", "message"],
    })
}

fn errors() -> Vec<ErrorAnswer> {
    let own = [
        (400, "Invalid request", "phoneNumberId: required"),
        (401, "Unauthorized", "Both x-api-key and the cookie accessToken are required."),
        (403, "The key has not the scope.", "This API key is missing the required scope: trigger."),
        (404, "There is none, or it is another team's.", "Conversation not found"),
    ];
    let answer = |(status, about, text): &(u16, &'static str, &str)| ErrorAnswer {
        status: *status,
        about,
        schema: reference("Error"),
        example: json!({"error": label(*status), "message": text}),
    };
    own.iter().chain(ERRORS).map(answer).collect()
}
