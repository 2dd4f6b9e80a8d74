//! Templates: which are asked for.

use fields::Object;
use serde_json::{Value, json};
use templates::STATUSES;
use uuid::Uuid;

/// What `list-templates` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateFilter {
    /// The status to be shown alone; `None`: all.
    pub status: Option<String>,
}

impl TemplateFilter {
    /// Reads it; an empty one is no filter.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>) -> Option<Self> {
        let status = match fields.any("status").value().and_then(Value::as_str) {
            Some("") => None,
            _ => fields.one_of("status", &STATUSES).value(),
        };
        let [approved, pending, rejected] = STATUSES;
        fields.describe("status", || json!({"enum": [approved, pending, rejected, ""]}));
        Some(Self { status })
    }
}

/// Reads the template that is meant. `None`: there was an error.
#[must_use]
pub fn read_template_id(fields: &Object<'_, '_>) -> Option<Uuid> {
    fields.required_uuid("template_id")
}
