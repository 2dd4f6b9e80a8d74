//! Messages that are sent at once, and templates.

use ::actions::{SentView, TemplateFilter, TemplateMessage, TextMessage, read_template_id};
use serde_json::json;
use templates::{TemplateDetailView, TemplateView};

use super::{EXAMPLE_ID, action};
use crate::Operation;
use crate::schemas::Schemas;

fn message(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    action("messages", path, id, summary)
}

pub(super) fn operations() -> Vec<Operation> {
    let phone = "+14155550123";
    let sent = "WhatsApp took it, or is tried again: `status` says which.";
    let filled = json!({
        "phone": phone, "template_id": EXAMPLE_ID, "language": "en",
        "variables": {"1": "Ana", "2": "10234"},
    });
    vec![
        message("/actions/send-text-message", "sendTextMessage", "Send a text")
            .about("Only within 24 hours after the contact wrote: else WhatsApp refuses it with 131047 (422).")
            .body("SendTextMessage", json!({"phone": phone, "message": "Your order is on its way."}))
            .answers(200, sent, "Sent"),
        message("/actions/send-template-message", "sendTemplateMessage", "Send a template")
            .about("Of a language that there is not, any that is approved.")
            .body("SendTemplateMessage", filled)
            .errors(&[404])
            .answers(200, sent, "Sent"),
        message("/actions/list-templates", "listTemplates", "List templates")
            .body_if_any("ListTemplates", json!({"status": "APPROVED"}))
            .answers_list("Those of the account, by name.", "Template", None),
        message("/actions/get-template", "getTemplate", "Get a template")
            .body("GetTemplate", json!({"template_id": EXAMPLE_ID}))
            .errors(&[404])
            .answers(200, "The template, with its text.", "TemplateDetail"),
    ]
}

pub(super) fn schemas(schemas: &mut Schemas) {
    schemas.shown::<SentView>();
    schemas.shown::<TemplateView>();
    schemas.shown::<TemplateDetailView>();
    schemas.body("SendTextMessage", TextMessage::read);
    schemas.body("SendTemplateMessage", TemplateMessage::read);
    schemas.body("ListTemplates", TemplateFilter::read);
    schemas.body("GetTemplate", read_template_id);
}
