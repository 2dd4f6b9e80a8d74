//! Templates, as the actions API shows them (contract/actions-qyvo.md, section 6).

use channels::whatsapp::TemplateButton;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Template;

/// The statuses by which templates can be asked for.
pub const STATUSES: [&str; 3] = ["APPROVED", "PENDING", "REJECTED"];

/// A template, as `list-templates` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Template"))]
pub struct TemplateView {
    /// Which.
    pub id: Uuid,
    /// What it is sent by.
    pub name: String,
    /// `UTILITY`, `MARKETING` or `AUTHENTICATION`.
    pub category: Option<String>,
    /// One of [`STATUSES`].
    pub status: &'static str,
    /// Those of its translations.
    pub languages: Vec<String>,
    /// When it was first read.
    pub created_at: String,
}

/// A template, as `get-template` shows it: with the text of the translation that would be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "TemplateDetail"))]
pub struct TemplateDetailView {
    /// What lists show of it.
    #[serde(flatten)]
    pub template: TemplateView,
    /// What the contact reads, with its places.
    pub body: Option<String>,
    /// `TEXT`, `IMAGE`, `VIDEO` or `DOCUMENT`; null: there is none.
    pub header_type: Option<String>,
    /// The text, or where the example of a medium is.
    pub header_content: Option<String>,
    /// What is below the body.
    pub footer: Option<String>,
    /// What can be tapped, in order.
    pub buttons: Vec<TemplateButton>,
    /// The keys of `variables`.
    pub placeholders: Vec<String>,
}

impl Template {
    /// An item of `list-templates`.
    #[must_use]
    pub fn summary(&self) -> TemplateView {
        TemplateView {
            id: self.id,
            name: self.name().to_owned(),
            category: self.shown().map(|one| one.category.clone()),
            status: self.status(),
            languages: self.translations.iter().map(|one| one.language.clone()).collect(),
            created_at: self.created_at.to_rfc3339(),
        }
    }

    /// What `get-template` shows.
    #[must_use]
    pub fn details(&self) -> TemplateDetailView {
        let shown = self.shown();
        let header = shown.and_then(|one| one.header.as_ref());
        TemplateDetailView {
            template: self.summary(),
            body: shown.map(|one| one.body.clone()),
            header_type: header.map(|header| header.format.clone()),
            header_content: header.and_then(|header| header.content.clone()),
            footer: shown.and_then(|one| one.footer.clone()),
            buttons: shown.map(|one| one.buttons.clone()).unwrap_or_default(),
            placeholders: places(self).into_iter().map(str::to_owned).collect(),
        }
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
    let option = |place: &str| json!({"id": place, "label": format!("{{{{{place}}}}}")});
    places(template).into_iter().map(option).collect()
}

fn places(template: &Template) -> Vec<&str> {
    template.shown().map(|one| one.placeholders()).unwrap_or_default()
}
