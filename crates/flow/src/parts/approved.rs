//! A message that the channel's provider approved beforehand: the only kind that WhatsApp delivers outside the
//! 24 hours after the contact's last message.
//!
//! `{"name": "abandoned_cart", "language": "en", "variables": ["{{context.cart_total}}"],
//! "buttons": [{"id": "finish", "title": "Finish"}]}`; `variables` may be an object, for named places.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{ButtonPart, read_buttons};
use crate::failure::Failure;
use crate::fields::{Fields, Limit, escape};
use crate::limits::{
    MAX_BUTTONS_TEXT_CHARS, MAX_ID_CHARS, MAX_QUICK_REPLY_TITLE_CHARS, MAX_ROWS,
    MAX_TEMPLATE_NAME_CHARS,
};
use crate::template::Text;
use crate::turn::Turn;
use crate::{Content, Variables};

/// The field `template` of a node.
#[derive(Debug)]
pub(crate) struct Approved {
    name: String,
    language: Text,
    places: Places,
    pub(crate) buttons: Vec<ButtonPart>,
}

#[derive(Debug)]
enum Places {
    InOrder(Vec<Text>),
    Named(Vec<(String, Text)>),
}

impl Approved {
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Self {
        Self {
            name: fields.required_string("name", Limit(MAX_TEMPLATE_NAME_CHARS, "name_too_long")),
            language: fields.required_text("language", Limit(MAX_ID_CHARS, "text_too_long")),
            places: read_places(fields),
            buttons: read_buttons(fields, MAX_ROWS, MAX_QUICK_REPLY_TITLE_CHARS),
        }
    }

    pub(crate) fn render(&self, turn: &mut Turn<'_>) -> Result<Content, Failure> {
        let variables = match &self.places {
            Places::InOrder(texts) => Variables::Positional(
                texts.iter().map(|text| turn.render(text)).collect::<Result<_, _>>()?,
            ),
            Places::Named(texts) => {
                let named = texts.iter().map(|(name, text)| Ok((name.clone(), turn.render(text)?)));
                Variables::Named(named.collect::<Result<BTreeMap<_, _>, _>>()?)
            }
        };
        Ok(Content::Template {
            name: self.name.clone(),
            language: turn.render(&self.language)?,
            variables,
            buttons: self
                .buttons
                .iter()
                .map(|button| button.render(turn))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// What [`Approved::read`] reads.
#[cfg(feature = "schema")]
pub(crate) fn approved_schema() -> Value {
    use super::button_list;
    use crate::schema::{Object, has_variables, string, text};
    let place = serde_json::json!({
        "type": ["string", "number"], "anyOf": [{"maxLength": MAX_BUTTONS_TEXT_CHARS}, has_variables()],
    });
    let places = serde_json::json!({
        "type": ["array", "object"], "items": place, "additionalProperties": place,
    });
    Object::new("A message that the channel's provider has approved.")
        .required("name", "", string(MAX_TEMPLATE_NAME_CHARS))
        .required("language", "Such as `en` or `pt_BR`.", text(MAX_ID_CHARS))
        .field("variables", "What fills its places, in order or by name.", places)
        .field("buttons", "Its quick replies.", button_list(MAX_ROWS, MAX_QUICK_REPLY_TITLE_CHARS))
        .closed()
}

fn read_places(fields: &mut Fields<'_, '_>) -> Places {
    match fields.get("variables") {
        None => Places::InOrder(Vec::new()),
        Some(Value::Array(items)) => {
            let read =
                |(i, item): (usize, &Value)| read_place(fields, &format!("variables/{i}"), item);
            Places::InOrder(items.iter().enumerate().map(read).collect())
        }
        Some(Value::Object(items)) => {
            let mut named = Vec::new();
            for (name, item) in items {
                named.push((
                    name.clone(),
                    read_place(fields, &format!("variables/{}", escape(name)), item),
                ));
            }
            Places::Named(named)
        }
        Some(other) => {
            fields.wrong_type("variables", other, "a list of texts, or an object of texts by name");
            Places::InOrder(Vec::new())
        }
    }
}

fn read_place(fields: &mut Fields<'_, '_>, name: &str, value: &Value) -> Text {
    match value {
        Value::String(text) => {
            fields.template(name, text, Limit(MAX_BUTTONS_TEXT_CHARS, "text_too_long"))
        }
        Value::Number(number) => Text::plain(number.to_string()),
        other => {
            fields.wrong_type(name, other, "a text");
            Text::plain("")
        }
    }
}
