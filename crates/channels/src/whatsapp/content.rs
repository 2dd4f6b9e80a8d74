//! A content as the fields `type` and `<type>` of a request, checked against the provider's limits.

use flow::limits::{
    MAX_BUTTON_ID_CHARS, MAX_BUTTON_TITLE_CHARS, MAX_BUTTONS, MAX_BUTTONS_TEXT_CHARS,
    MAX_CAPTION_CHARS, MAX_FOOTER_CHARS, MAX_HEADER_CHARS, MAX_ROW_DESCRIPTION_CHARS,
    MAX_ROW_ID_CHARS, MAX_ROW_TITLE_CHARS, MAX_ROWS, MAX_TEXT_CHARS,
};
use flow::{Button, Content, MediaKind, Section};
use serde_json::{Map, Value, json};

use super::limits::{self, MAX_SECTIONS};
use super::template;
use crate::unsendable::BuildError;

/// The name of the type, and the object that stands under that name.
pub(super) fn build(content: &Content) -> Result<(&'static str, Value), BuildError> {
    match content {
        Content::Text { text } => {
            limits::text("/text", text, MAX_TEXT_CHARS)?;
            Ok(("text", json!({ "body": text })))
        }
        Content::Buttons { text, header, footer, buttons } => {
            limits::text("/text", text, MAX_BUTTONS_TEXT_CHARS)?;
            let action = json!({ "buttons": reply_buttons(buttons)? });
            let frame = Frame { text, header: header.as_deref(), footer: footer.as_deref() };
            Ok(("interactive", frame.around("button", action)?))
        }
        Content::List { text, header, footer, button, sections } => {
            limits::text("/text", text, MAX_TEXT_CHARS)?;
            limits::text("/button", button, MAX_BUTTON_TITLE_CHARS)?;
            let action = json!({ "button": button, "sections": list_sections(sections)? });
            let frame = Frame { text, header: header.as_deref(), footer: footer.as_deref() };
            Ok(("interactive", frame.around("list", action)?))
        }
        Content::Media { kind, url, caption, filename } => {
            Ok((kind.name(), media(*kind, url, caption.as_deref(), filename.as_deref())?))
        }
        Content::Template { name, language, variables, buttons } => {
            Ok(("template", template::build(name, language, variables, buttons)?))
        }
    }
}

/// Media by link (pages: messages/image-messages, video-messages, audio-messages, document-messages).
fn media(
    kind: MediaKind,
    url: &str,
    caption: Option<&str>,
    filename: Option<&str>,
) -> Result<Value, BuildError> {
    if !(url.starts_with("https://") || url.starts_with("http://")) {
        return Err(BuildError::Invalid { field: "/url".into(), expected: "an http or https URL" });
    }
    limits::optional("/caption", caption, MAX_CAPTION_CHARS)?;
    let mut media = Map::new();
    media.insert("link".into(), url.into());
    if let Some(caption) = caption {
        if kind == MediaKind::Audio {
            return Err(BuildError::Invalid {
                field: "/caption".into(),
                expected: "absent for audio",
            });
        }
        media.insert("caption".into(), caption.into());
    }
    if let Some(filename) = filename.filter(|_| kind == MediaKind::Document) {
        media.insert("filename".into(), filename.into());
    }
    Ok(Value::Object(media))
}

/// What both interactive types have around their action.
struct Frame<'a> {
    text: &'a str,
    header: Option<&'a str>,
    footer: Option<&'a str>,
}

impl Frame<'_> {
    fn around(self, kind: &str, action: Value) -> Result<Value, BuildError> {
        limits::optional("/header", self.header, MAX_HEADER_CHARS)?;
        limits::optional("/footer", self.footer, MAX_FOOTER_CHARS)?;
        let mut interactive = Map::new();
        interactive.insert("type".into(), kind.into());
        if let Some(header) = self.header {
            interactive.insert("header".into(), json!({ "type": "text", "text": header }));
        }
        interactive.insert("body".into(), json!({ "text": self.text }));
        if let Some(footer) = self.footer {
            interactive.insert("footer".into(), json!({ "text": footer }));
        }
        interactive.insert("action".into(), action);
        Ok(Value::Object(interactive))
    }
}

fn reply_buttons(buttons: &[Button]) -> Result<Vec<Value>, BuildError> {
    limits::count("/buttons", buttons.len(), MAX_BUTTONS)?;
    let mut seen = Vec::new();
    let checked = buttons.iter().enumerate().map(|(index, Button { id, title })| {
        let field = format!("/buttons/{index}/id");
        limits::text(&field, id, MAX_BUTTON_ID_CHARS)?;
        limits::unique(&field, id, &mut seen)?;
        limits::text(&format!("/buttons/{index}/title"), title, MAX_BUTTON_TITLE_CHARS)?;
        Ok(json!({ "type": "reply", "reply": { "id": id, "title": title } }))
    });
    checked.collect()
}

fn list_sections(sections: &[Section]) -> Result<Vec<Value>, BuildError> {
    limits::count("/sections", sections.len(), MAX_SECTIONS)?;
    let rows = sections.iter().map(|section| section.rows.len()).sum();
    limits::count("/sections", rows, MAX_ROWS)?;
    let mut seen = Vec::new();
    let mut built = Vec::new();
    for (index, section) in sections.iter().enumerate() {
        let path = format!("/sections/{index}");
        match section.title.as_deref() {
            // Required where there are several (page: messages/interactive-list-messages).
            None if sections.len() > 1 => {
                return Err(BuildError::Empty { field: format!("{path}/title") });
            }
            title => limits::optional(&format!("{path}/title"), title, MAX_ROW_TITLE_CHARS)?,
        }
        let rows = list_rows(section, &path, &mut seen)?;
        built.push(match &section.title {
            Some(title) => json!({ "title": title, "rows": rows }),
            None => json!({ "rows": rows }),
        });
    }
    Ok(built)
}

fn list_rows<'a>(
    section: &'a Section,
    path: &str,
    seen: &mut Vec<&'a str>,
) -> Result<Vec<Value>, BuildError> {
    limits::count(&format!("{path}/rows"), section.rows.len(), MAX_ROWS)?;
    let checked = section.rows.iter().enumerate().map(|(index, row)| {
        let path = format!("{path}/rows/{index}");
        let (id, title, description) = (&row.id, &row.title, row.description.as_deref());
        limits::text(&format!("{path}/id"), id, MAX_ROW_ID_CHARS)?;
        limits::unique(&format!("{path}/id"), id, seen)?;
        limits::text(&format!("{path}/title"), title, MAX_ROW_TITLE_CHARS)?;
        limits::optional(&format!("{path}/description"), description, MAX_ROW_DESCRIPTION_CHARS)?;
        Ok(match description {
            Some(description) => json!({ "id": id, "title": title, "description": description }),
            None => json!({ "id": id, "title": title }),
        })
    });
    checked.collect()
}
