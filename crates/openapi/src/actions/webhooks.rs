//! Who is told what happens.

use ::webhooks::{CreatedView, MAX_WEBHOOKS, NewWebhook, WebhookView};
use serde_json::json;

use super::{SCOPE, action, reading};
use crate::Operation;
use crate::operation::Method::Delete;
use crate::schemas::Schemas;

pub(super) fn operations() -> Vec<Operation> {
    let new = json!({
        "url": "https://example.com/parlance", "events": ["message.received", "flow.completed"],
    });
    vec![
        reading("webhooks", "/webhooks", "listWebhooks", "List webhooks").answers_list(
            "All of the team, without secrets.",
            "Webhook",
            Some(MAX_WEBHOOKS),
        ),
        action("webhooks", "/webhooks", "createWebhook", "Register a webhook")
            .about("`webhook.test` is sent first, and waited for up to 5 seconds; one that does not take it is registered all the same. Without `events` it is told of all.")
            .body("CreateWebhook", new)
            .answers(201, "The webhook, with its secret, which is shown here only.", "CreatedWebhook"),
        reading("webhooks", "/webhooks/{id}", "getWebhook", "Get a webhook").answers(
            200,
            "The webhook.",
            "Webhook",
        ),
        Operation::new("webhooks", Delete, "/webhooks/{id}", "deleteWebhook", "Delete a webhook")
            .about("What it was still to be told is dropped.")
            .scope(SCOPE)
            .answers(200, "The webhook that was.", "Webhook"),
    ]
}

pub(super) fn schemas(schemas: &mut Schemas) {
    schemas.shown::<WebhookView>();
    schemas.shown::<CreatedView>();
    schemas.body("CreateWebhook", NewWebhook::read);
}
