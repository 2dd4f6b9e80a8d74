//! Templates, as the actions API shows them (contract/actions-qyvo.md, section 6).

use serde_json::{Value, json};

use crate::Template;

/// The statuses by which templates can be asked for.
pub const STATUSES: [&str; 3] = ["APPROVED", "PENDING", "REJECTED"];

impl Template {
    /// An item of `list-templates`.
    #[must_use]
    pub fn summary(&self) -> Value {
        let languages: Vec<&str> =
            self.translations.iter().map(|one| one.language.as_str()).collect();
        json!({
            "id": self.id,
            "name": self.name(),
            "category": self.shown().map(|one| one.category.as_str()),
            "status": self.status(),
            "languages": languages,
            "created_at": self.created_at.to_rfc3339(),
        })
    }

    /// What `get-template` shows: the summary, and the text of the translation that would be sent.
    #[must_use]
    pub fn details(&self) -> Value {
        let mut details = self.summary();
        let Some(shown) = self.shown() else { return details };
        let header = shown.header.as_ref();
        details["body"] = json!(shown.body);
        details["header_type"] = json!(header.map(|header| &header.format));
        details["header_content"] = json!(header.and_then(|header| header.content.as_ref()));
        details["footer"] = json!(shown.footer);
        details["buttons"] = json!(shown.buttons);
        details["placeholders"] = json!(shown.placeholders());
        details
    }
}

/// What can be chosen to be sent.
#[must_use]
pub fn dropdown(templates: &[Template]) -> Value {
    let sendable = templates.iter().filter(|template| template.sendable(None).is_some());
    sendable.map(|template| json!({"id": template.id, "label": template.name()})).collect()
}

/// What can be filled: the id is the key of `variables`.
#[must_use]
pub fn placeholders_dropdown(template: &Template) -> Value {
    let places = template.shown().map(|one| one.placeholders()).unwrap_or_default();
    let option = |place: &str| json!({"id": place, "label": format!("{{{{{place}}}}}")});
    places.into_iter().map(option).collect()
}
