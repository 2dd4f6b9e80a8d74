//! `message`: sends a text, a text with buttons, or an approved template, and goes on at once.
//!
//! Fields: either `template` (see `parts/approved.rs`), or `text` with, optionally, `buttons` (one to three
//! `{id, title}`), `header` and `footer`. Ports: `next`. A message does not wait: for an answer, use `ask`.
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
use crate::limits::{MAX_BUTTON_TITLE_CHARS, MAX_BUTTONS, MAX_BUTTONS_TEXT_CHARS, MAX_TEXT_CHARS};
use crate::node::{Move, NEXT, Node, NodeType};
#[cfg(feature = "schema")]
use crate::parts::button_list;
use crate::parts::{Approved, ButtonPart, Frame, read_buttons};
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
enum Message {
    Template(Approved),
    Text(Text),
    Buttons { text: Text, frame: Frame, buttons: Vec<ButtonPart> },
}

fn read(fields: &mut Fields<'_, '_>) -> Box<dyn Node> {
    if fields.has("template") {
        for name in ["text", "buttons", "header", "footer"] {
            if fields.has(name) {
                let message = format!(
                    "a message has `template` or `{name}`, not both; buttons of a template go into it"
                );
                fields.error(name, "conflicting_fields", message);
            }
        }
        let template = fields.object("template", Approved::read);
        return Box::new(
            template.map_or_else(|| Message::Text(Text::plain("")), Message::Template),
        );
    }
    if !fields.has("buttons") {
        Frame::report_unused(fields);
        return Box::new(Message::Text(
            fields.required_text("text", Limit(MAX_TEXT_CHARS, "text_too_long")),
        ));
    }
    Box::new(Message::Buttons {
        text: fields.required_text("text", Limit(MAX_BUTTONS_TEXT_CHARS, "text_too_long")),
        frame: Frame::read(fields),
        buttons: read_buttons(fields, MAX_BUTTONS, MAX_BUTTON_TITLE_CHARS),
    })
}

#[cfg(feature = "schema")]
fn schema() -> crate::schema::Object {
    use crate::schema::{Object, has, has_none, reference, text};
    let plain = serde_json::json!({
        "if": has("buttons"),
        "then": {"properties": {"text": text(MAX_BUTTONS_TEXT_CHARS)}},
        "required": ["text"],
    });
    Frame::fields(Object::new("Sends a message and goes on."))
        .field("text", "What is sent.", text(MAX_TEXT_CHARS))
        .field("buttons", "Shown below the text.", button_list(MAX_BUTTONS, MAX_BUTTON_TITLE_CHARS))
        .field(
            "template",
            "A message that the channel's provider has approved.",
            reference("template"),
        )
        .rule(serde_json::json!({
            "if": has("template"),
            "then": has_none(["text", "buttons", "header", "footer"]),
            "else": plain,
        }))
}

impl Node for Message {
    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        let content = match self {
            Self::Template(template) => template.render(turn)?,
            Self::Text(text) => Content::Text { text: turn.render(text)? },
            Self::Buttons { text, frame, buttons } => {
                let text = turn.render(text)?;
                let (header, footer) = frame.render(turn)?;
                let buttons =
                    buttons.iter().map(|button| button.render(turn)).collect::<Result<_, _>>()?;
                Content::Buttons { text, header, footer, buttons }
            }
        };
        turn.say(content)?;
        Ok(Move::next())
    }
}
