//! The lines above and below the text of a message with buttons or a list.

use crate::failure::Failure;
use crate::fields::{Fields, Limit};
use crate::limits::{MAX_FOOTER_CHARS, MAX_HEADER_CHARS};
use crate::template::Text;
use crate::turn::Turn;

/// `header` and `footer`, both optional.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    header: Option<Text>,
    footer: Option<Text>,
}

impl Frame {
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Self {
        Self {
            header: fields.text("header", Limit(MAX_HEADER_CHARS, "text_too_long")),
            footer: fields.text("footer", Limit(MAX_FOOTER_CHARS, "text_too_long")),
        }
    }

    /// The two fields.
    #[cfg(feature = "schema")]
    pub(crate) fn fields(object: crate::schema::Object) -> crate::schema::Object {
        use crate::schema::text;
        object
            .field("header", "Above the text, beside buttons or a list.", text(MAX_HEADER_CHARS))
            .field("footer", "Below the text.", text(MAX_FOOTER_CHARS))
    }

    /// Warns where the message has neither buttons nor a list: plain text has no such lines.
    pub(crate) fn report_unused(fields: &mut Fields<'_, '_>) {
        for name in ["header", "footer"] {
            if fields.has(name) {
                let message =
                    format!("`{name}` is only sent with buttons or a list; put it into the text");
                fields.warning(name, "unused_field", message);
            }
        }
    }

    /// Header and footer as text.
    pub(crate) fn render(
        &self,
        turn: &mut Turn<'_>,
    ) -> Result<(Option<String>, Option<String>), Failure> {
        let header = self.header.as_ref().map(|text| turn.render(text)).transpose()?;
        let footer = self.footer.as_ref().map(|text| turn.render(text)).transpose()?;
        Ok((header, footer))
    }
}
