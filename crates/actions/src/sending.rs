//! Messages: what is sent, and what is answered.

use std::collections::BTreeMap;

use contacts::read_phone;
use conversation::E164;
use fields::Object;
use flow::limits::{MAX_BUTTONS_TEXT_CHARS, MAX_ID_CHARS, MAX_TEXT_CHARS};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::read_template_id;

/// What `send-text-message` is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextMessage {
    /// To whom.
    pub phone: E164,
    /// What is said.
    pub text: String,
}

impl TextMessage {
    /// Reads it. `None`: there was an error.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>) -> Option<Self> {
        let phone = read_phone(fields);
        let text = fields.required_text("message", MAX_TEXT_CHARS);
        Some(Self { phone: phone?, text })
    }
}

/// What `send-template-message` is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateMessage {
    /// To whom.
    pub phone: E164,
    /// Which template.
    pub template: Uuid,
    /// The language that is wished for.
    pub language: Option<String>,
    /// What its places are filled with.
    pub variables: BTreeMap<String, String>,
}

impl TemplateMessage {
    /// Reads it. `None`: there was an error.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>) -> Option<Self> {
        let phone = read_phone(fields);
        let template = read_template_id(fields);
        let language = fields.text("language", MAX_ID_CHARS).value();
        let language = language.filter(|language| !language.trim().is_empty());
        let variables = variables(fields);
        Some(Self { phone: phone?, template: template?, language, variables })
    }
}

/// Texts, and numbers in their shortest form. PHP clients write an empty object as `[]`.
fn variables(fields: &Object<'_, '_>) -> BTreeMap<String, String> {
    let mut read = BTreeMap::new();
    if fields.any("variables").value().and_then(Value::as_array).is_some_and(Vec::is_empty) {
        return read;
    }
    let given = fields.any("variables").value().and_then(Value::as_object);
    let object = fields.object("variables").value();
    fields.describe("variables", described);
    let Some(object) = object else { return read };
    for (name, value) in given.into_iter().flatten() {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Null => continue,
            _ => {
                object.error(name, "must be a string");
                continue;
            }
        };
        if text.chars().count() > MAX_BUTTONS_TEXT_CHARS {
            let message = format!("must be at most {MAX_BUTTONS_TEXT_CHARS} characters long");
            object.error(name, message);
            continue;
        }
        read.insert(name.clone(), text);
    }
    read
}

fn described() -> Value {
    let text = json!({"type": ["string", "number", "null"], "maxLength": MAX_BUTTONS_TEXT_CHARS});
    json!({"type": ["object", "array"], "maxItems": 0, "additionalProperties": text})
}

/// What is answered when a message was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Sent"))]
pub struct SentView {
    /// The message.
    pub id: Uuid,
    /// `sent`; `queued`: WhatsApp has not answered yet, and it is tried again.
    pub status: &'static str,
    /// WhatsApp's id of it; null while it is queued.
    pub whatsapp_message_id: Option<String>,
    /// To whom.
    pub contact_id: Uuid,
}
