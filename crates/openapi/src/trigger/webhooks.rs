//! Who is told what happens.

use ::webhooks::NewWebhook;
use serde_json::json;

use super::operation;
use crate::Operation;
use crate::operation::Method::Post;
use crate::schemas::Schemas;

pub(super) fn operations() -> Vec<Operation> {
    let new = json!({"url": "https://example.com/parlance", "event": "Messages Created"});
    let secret = "What signs what the webhook is told. It is shown here only.";
    vec![
        operation("webhooks", Post, "/webhook", "createWebhook", "Register a webhook")
            .about("The actions API lists and deletes it.")
            .body("CreateWebhook", new)
            .answers(200, "It is registered.", "WebhookId")
            .answers_header("X-Webhook-Secret", secret),
    ]
}

pub(super) fn schemas(schemas: &mut Schemas) {
    schemas.add(
        "WebhookId",
        json!({
            "type": "object",
            "properties": {"id": {"type": "string", "format": "uuid"}},
            "required": ["id"],
        }),
    );
    schemas.body("CreateWebhook", NewWebhook::read_trigger);
}
