//! `message`: sends a text, a text with buttons or a list, media, or an approved template, and goes on at once.
//!
//! Fields: either `template` (see `parts/approved.rs`), or `text` with at most one of
//! - `buttons`: one to three `{id, title}`;
//! - `list`: up to ten rows that open on a tap (see `parts/list.rs`);
//! - `media`: `{type, url, filename?}`, `type` being `image`, `video`, `audio` or `document`; the text stands beside it
//!   and may be left out, and must be with `audio`.
//!
//! `header` and `footer` go with buttons and lists. Ports: `next`. A message does not wait: for an answer, use `ask`.
//!
//! `outside_window` is an approved template that goes instead where WhatsApp takes no other: more than 24 hours after the
//! contact's last message.
//!
//! ```json
//! {
//!   "id": "offer", "type": "message",
//!   "text": "Your cart is worth {{context.cart_total}}.",
//!   "buttons": [ { "id": "pay", "title": "Pay" }, { "id": "later", "title": "Later" } ],
//!   "footer": "Answer STOP to hear no more."
//! }
//! ```
//! sends
//! ```json
//! [ {
//!   "type": "buttons", "text": "Your cart is worth 129.00.",
//!   "footer": "Answer STOP to hear no more.",
//!   "buttons": [ { "id": "pay", "title": "Pay" }, { "id": "later", "title": "Later" } ]
//! } ]
//! ```

use crate::Content;
use crate::failure::Failure;
use crate::fields::{Fields, Limit};
use crate::limits::{
    MAX_BUTTON_TITLE_CHARS, MAX_BUTTONS, MAX_BUTTONS_TEXT_CHARS, MAX_CAPTION_CHARS, MAX_TEXT_CHARS,
};
use crate::node::{Move, NEXT, Node, NodeType, Opening};
#[cfg(feature = "schema")]
use crate::parts::button_list;
use crate::parts::{Approved, ButtonPart, Frame, ListPart, Media, read_buttons};
use crate::template::Text;
use crate::turn::Turn;

pub(super) const TYPE: NodeType = NodeType {
    name: "message",
    ports: &[NEXT],
    read,
    #[cfg(feature = "schema")]
    schema,
};

#[derive(Debug)]
struct Message {
    said: Said,
    outside_window: Option<Approved>,
}

#[derive(Debug)]
enum Said {
    Template(Approved),
    Text(Text),
    Buttons { text: Text, frame: Frame, buttons: Vec<ButtonPart> },
    List { text: Text, frame: Frame, list: ListPart },
    Media { media: Media, caption: Option<Text> },
}

/// What a message may have besides its text.
const KINDS: [&str; 3] = ["buttons", "list", "media"];

/// What a message with a template cannot have.
const BESIDE_TEMPLATE: [&str; 7] =
    ["text", "buttons", "list", "media", "header", "footer", "outside_window"];

fn read(fields: &mut Fields<'_, '_>) -> Box<dyn Node> {
    let said = if fields.has("template") { read_template(fields) } else { read_said(fields) };
    Box::new(Message { said, outside_window: fields.object("outside_window", Approved::read) })
}

fn read_said(fields: &mut Fields<'_, '_>) -> Said {
    let mut given = KINDS.into_iter().filter(|kind| fields.has(kind));
    let (kind, other) = (given.next(), given.next());
    if let (Some(kind), Some(other)) = (kind, other) {
        let message = format!("a message has `{kind}` or `{other}`, not both; send two messages");
        fields.error(other, "conflicting_fields", message);
        fields.expect(&KINDS);
    }
    let limit = |most| Limit(most, "text_too_long");
    match kind {
        Some("buttons") => Said::Buttons {
            text: fields.required_text("text", limit(MAX_BUTTONS_TEXT_CHARS)),
            frame: Frame::read(fields),
            buttons: read_buttons(fields, MAX_BUTTONS, MAX_BUTTON_TITLE_CHARS),
        },
        Some("list") => {
            let text = fields.required_text("text", limit(MAX_TEXT_CHARS));
            let frame = Frame::read(fields);
            match fields.object("list", ListPart::read) {
                Some(list) => Said::List { text, frame, list },
                None => Said::Text(text),
            }
        }
        Some(_) => read_media(fields),
        None => {
            Frame::report_unused(fields);
            Said::Text(fields.required_text("text", limit(MAX_TEXT_CHARS)))
        }
    }
}

/// What [`read`] reads.
#[cfg(feature = "schema")]
fn schema() -> crate::schema::Object {
    use serde_json::json;

    use crate::schema::{Object, has, has_none, one_of, reference, text, when};
    let short = |most| json!({"properties": {"text": text(most)}});
    let several = [[0, 1], [0, 2], [1, 2]]
        .map(|[one, other]| json!({"required": [KINDS[one], KINDS[other]]}));
    let recording = json!({"properties": {"media": {"properties": {"type": one_of(["audio"])}}}, "required": ["media"]});
    let plain = json!({"allOf": [
        {"not": {"anyOf": several}},
        {"if": has("media"), "then": short(MAX_CAPTION_CHARS), "else": has("text")},
        when(has("buttons"), short(MAX_BUTTONS_TEXT_CHARS)),
        when(recording, has_none(["text"])),
    ]});
    Frame::fields(Object::new("Sends a message and goes on."))
        .field("text", "What is sent.", text(MAX_TEXT_CHARS))
        .field("buttons", "Shown below the text.", button_list(MAX_BUTTONS, MAX_BUTTON_TITLE_CHARS))
        .field("list", "Rows that open on a tap.", ListPart::schema())
        .field("media", "Shown above the text.", Media::schema())
        .field("template", "A message that the provider has approved.", reference("template"))
        .field(
            "outside_window",
            "The approved message that goes instead, more than 24 hours after the contact's last message.",
            reference("template"),
        )
        .rule(json!({"if": has("template"), "then": has_none(BESIDE_TEMPLATE), "else": plain}))
}

fn read_template(fields: &mut Fields<'_, '_>) -> Said {
    for name in BESIDE_TEMPLATE {
        if fields.has(name) {
            let message = format!(
                "a message has `template` or `{name}`, not both; buttons of a template go into it"
            );
            fields.error(name, "conflicting_fields", message);
        }
    }
    let template = fields.object("template", Approved::read);
    template.map_or_else(|| Said::Text(Text::plain("")), Said::Template)
}

fn read_media(fields: &mut Fields<'_, '_>) -> Said {
    Frame::report_unused(fields);
    let caption = fields.text("text", Limit(MAX_CAPTION_CHARS, "text_too_long"));
    let Some(media) = fields.object("media", Media::read) else {
        return Said::Text(Text::plain(""));
    };
    if caption.is_some() && !media.has_caption() {
        let message = "no text stands beside a recording; send it as a message of its own";
        fields.error("text", "conflicting_fields", message);
    }
    Said::Media { media, caption }
}

impl Node for Message {
    fn opening(&self) -> Option<Opening> {
        let approved = matches!(self.said, Said::Template(_)) || self.outside_window.is_some();
        Some(if approved { Opening::Template } else { Opening::Text })
    }

    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        let content = match &self.said {
            Said::Template(template) => template.render(turn)?,
            Said::Text(text) => Content::Text { text: turn.render(text)? },
            Said::Buttons { text, frame, buttons } => {
                let text = turn.render(text)?;
                let (header, footer) = frame.render(turn)?;
                let buttons =
                    buttons.iter().map(|button| button.render(turn)).collect::<Result<_, _>>()?;
                Content::Buttons { text, header, footer, buttons }
            }
            Said::List { text, frame, list } => {
                let text = turn.render(text)?;
                let (header, footer) = frame.render(turn)?;
                let (button, sections) = list.render(turn)?;
                Content::List { text, header, footer, button, sections }
            }
            Said::Media { media, caption } => {
                let caption = caption.as_ref().map(|text| turn.render(text)).transpose()?;
                media.render(turn, caption)?
            }
        };
        turn.say_or(content, self.outside_window.as_ref())?;
        Ok(Move::next())
    }
}
