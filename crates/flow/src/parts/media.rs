//! A picture, a film, a recording or a file that a message shows: `{"type": "image", "url": "https://…"}`; a `document`
//! may have a `filename`. The provider fetches it from the address.

use super::address;
use crate::failure::Failure;
use crate::fields::{Fields, Limit};
use crate::limits::MAX_FILENAME_CHARS;
use crate::template::Text;
use crate::turn::Turn;
use crate::{Content, MediaKind};

/// The field `media` of a node.
#[derive(Debug)]
pub(crate) struct Media {
    kind: MediaKind,
    url: Text,
    filename: Option<Text>,
}

impl Media {
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Self {
        let kind = read_kind(fields);
        let filename = fields.text("filename", Limit(MAX_FILENAME_CHARS, "text_too_long"));
        if filename.is_some() && kind != MediaKind::Document {
            let message = "only a document has a `filename`; leave it out";
            fields.warning("filename", "unused_field", message);
        }
        Self { kind, url: address::read(fields, "url"), filename }
    }

    /// What [`Self::read`] reads.
    #[cfg(feature = "schema")]
    pub(crate) fn schema() -> serde_json::Value {
        use crate::schema::{Object, one_of, text};
        Object::new("")
            .required("type", "", one_of(MediaKind::NAMES))
            .required(
                "url",
                "From where the provider fetches it; may have variables.",
                address::schema(),
            )
            .field("filename", "Of a document.", text(MAX_FILENAME_CHARS))
            .closed()
    }

    /// Whether the words of the message go with it.
    pub(crate) fn has_caption(&self) -> bool {
        self.kind != MediaKind::Audio
    }

    /// The content with a caption. The caption alone where there is nothing at the address: it is left blank by
    /// variables, or cannot be fetched.
    pub(crate) fn render(
        &self,
        turn: &mut Turn<'_>,
        caption: Option<String>,
    ) -> Result<Content, Failure> {
        let url = turn.render(&self.url)?;
        let filename = self.filename.as_ref().map(|name| turn.render(name)).transpose()?;
        match address::check(&url) {
            Ok(url) => Ok(Content::Media { kind: self.kind, url, caption, filename }),
            Err(reason) => {
                turn.note_failure(reason);
                Ok(Content::Text { text: caption.unwrap_or_default() })
            }
        }
    }
}

fn read_kind(fields: &mut Fields<'_, '_>) -> MediaKind {
    let name = fields.required_string("type", Limit(usize::MAX, "unknown_media"));
    MediaKind::from_name(&name).unwrap_or_else(|| {
        if !name.is_empty() {
            let message = format!("no media `{name}`; there are {}", MediaKind::NAMES.join(", "));
            fields.error("type", "unknown_media", message);
        }
        MediaKind::Document
    })
}
