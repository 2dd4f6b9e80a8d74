//! What is to be sent, whatever the channel. Nodes make contents; channels turn them into requests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One message to the contact. What `advance` returns is within the limits of [`crate::limits`]: titles, ids,
/// texts and counts need not be cut by a channel that has WhatsApp's limits.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MessageContent"))]
pub enum Content {
    /// Plain text, never blank.
    Text {
        /// The body.
        text: String,
    },
    /// Text with up to three reply buttons.
    Buttons {
        /// The body.
        text: String,
        /// A line above the body.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        header: Option<String>,
        /// A line below the body.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        footer: Option<String>,
        /// One to three.
        buttons: Vec<Button>,
    },
    /// Text with a list that opens on a tap.
    List {
        /// The body.
        text: String,
        /// A line above the body.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        header: Option<String>,
        /// A line below the body.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        footer: Option<String>,
        /// The label that opens the list.
        button: String,
        /// Ten rows at most in all sections together.
        sections: Vec<Section>,
    },
    /// A picture, a film, a recording or a file.
    Media {
        /// Which of these.
        kind: MediaKind,
        /// Where the provider fetches it: absolute, `https` or `http`.
        url: String,
        /// Words beside it; never with a recording.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
        /// What a document is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filename: Option<String>,
    },
    /// A message that the channel's provider has approved beforehand.
    Template {
        /// The approved name.
        name: String,
        /// The approved language, such as `en` or `pt_BR`.
        language: String,
        /// What fills the template's places.
        #[serde(default, skip_serializing_if = "Variables::is_empty")]
        variables: Variables,
        /// The quick replies in the template's order: the payload that a tap returns, and the title.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        buttons: Vec<Button>,
    },
}

/// What a message shows or plays.
#[derive(Serialize, Deserialize, Copy, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A recording.
    Audio,
    /// A file.
    Document,
}

impl MediaKind {
    /// The names, as they stand in a graph and in WhatsApp's requests.
    pub const NAMES: [&str; 4] = ["image", "video", "audio", "document"];

    /// The name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Image, Self::Video, Self::Audio, Self::Document]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// A reply button or quick reply.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Button {
    /// What comes back as [`crate::Reply::payload`].
    pub id: String,
    /// What the contact reads.
    pub title: String,
}

/// A part of a list.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ListSection"))]
pub struct Section {
    /// A line above the rows; needed only where there are several sections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A row of a list.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ListRow"))]
pub struct Row {
    /// What comes back as [`crate::Reply::payload`].
    pub id: String,
    /// What the contact reads.
    pub title: String,
    /// A second, smaller line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// What fills a template's places: `{{1}}`, `{{2}}` … in order, or `{{name}}` by name.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(untagged)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "TemplateVariables")
)]
pub enum Variables {
    /// In order.
    Positional(Vec<String>),
    /// By name.
    Named(BTreeMap<String, String>),
}

impl Default for Variables {
    fn default() -> Self {
        Self::Positional(Vec::new())
    }
}

impl Variables {
    /// Whether the template has no places.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Positional(values) => values.is_empty(),
            Self::Named(values) => values.is_empty(),
        }
    }
}
