//! What a contact answers, whatever the channel. Channels make replies; nodes read them.

use serde::{Deserialize, Serialize};

use crate::limits::{MAX_MEDIA_ID_CHARS, MAX_PAYLOAD_BYTES, MAX_TEXT_CHARS, MAX_URL_CHARS};

/// An answer of the contact, whatever the channel. Templates see it as `{{input.text}}` and so on.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reply {
    /// In what form the contact answered; text when absent.
    #[serde(default)]
    pub kind: ReplyKind,
    /// What a person reads: the body, the title of the button or row, the caption, the name and address of a place.
    /// May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The id of the chosen button or list row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// Where an attachment can be fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The provider's id of an attachment, where it gives an id instead of an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_id: Option<String>,
    /// The place that was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// A place on the earth.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Location {
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
    /// What the place is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it is, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl Reply {
    /// Typed text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A pressed button: its id and the title that the contact saw.
    #[must_use]
    pub fn button(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            kind: ReplyKind::Button,
            text: title.into(),
            payload: Some(id.into()),
            ..Self::default()
        }
    }

    /// For the language model: the text; where there is none, what was sent instead, such as `[image]`.
    pub(crate) fn in_words(&self) -> String {
        if !self.text.trim().is_empty() {
            return self.text.clone();
        }
        let kind = serde_json::to_value(self.kind).unwrap_or_default();
        format!("[{}]", kind.as_str().unwrap_or("message"))
    }

    /// As it is kept, so that the state stays small: no channel's own texts are longer than [`MAX_TEXT_CHARS`]. An
    /// address or id that is too long is left out, since a part of it would lead to something else.
    #[must_use]
    pub fn bounded(&self) -> Self {
        let within = |text: &Option<String>, most: usize| {
            text.clone().filter(|text| text.chars().count() <= most)
        };
        let location = self.location.as_ref().map(|at| Location {
            name: within(&at.name, MAX_URL_CHARS),
            address: within(&at.address, MAX_URL_CHARS),
            ..at.clone()
        });
        Self {
            kind: self.kind,
            text: self.text.chars().take(MAX_TEXT_CHARS).collect(),
            payload: self.payload.clone().filter(|payload| payload.len() <= MAX_PAYLOAD_BYTES),
            url: within(&self.url, MAX_URL_CHARS),
            media_id: within(&self.media_id, MAX_MEDIA_ID_CHARS),
            location,
        }
    }
}

/// In what form a contact answered.
#[derive(Serialize, Deserialize, Copy, Clone, Debug, Default, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ReplyKind {
    /// Typed or spoken words, a key pressed on a phone.
    #[default]
    Text,
    /// A reply button or a template's quick reply.
    Button,
    /// A row of a list.
    List,
    /// A picture or a sticker.
    Image,
    /// A recording.
    Audio,
    /// A film.
    Video,
    /// A file.
    Document,
    /// A place.
    Location,
    /// Anything else, what later versions name included.
    #[serde(other)]
    Other,
}
