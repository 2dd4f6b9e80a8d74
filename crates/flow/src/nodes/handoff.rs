//! `handoff`: a person takes over. The session is over with outcome `handoff`, and the step says that the
//! conversation needs attention: the caller pauses automation there.
//!
//! Fields: `text` (optional) is sent first. `phone` (optional): on the phone the call is put through to that number;
//! without it to the account's own. No ports.
//!
//! ```json
//! { "id": "help", "type": "handoff", "text": "A colleague will answer you shortly." }
//! ```
//! sends
//! ```json
//! [ { "type": "text", "text": "A colleague will answer you shortly." } ]
//! ```

use crate::failure::Failure;
use crate::fields::{Fields, Limit};
use crate::limits::MAX_TEXT_CHARS;
use crate::node::{Move, Node, NodeType};
use crate::phone::e164;
use crate::template::Text;
use crate::turn::Turn;

pub(super) const TYPE: NodeType = NodeType {
    name: "handoff",
    ports: &[],
    read,
    #[cfg(feature = "schema")]
    schema,
};

#[derive(Debug)]
struct Handoff {
    text: Option<Text>,
    phone: Option<Text>,
}

/// Of a phone number's template, in characters.
const MAX_PHONE_CHARS: usize = 256;

fn read(fields: &mut Fields<'_, '_>) -> Box<dyn Node> {
    let text = fields.text("text", Limit(MAX_TEXT_CHARS, "text_too_long"));
    let phone = fields.text("phone", Limit(MAX_PHONE_CHARS, "text_too_long"));
    let plain = phone.as_ref().and_then(Text::as_plain);
    if plain.is_some_and(|phone| e164(phone, None).is_none()) {
        fields.error("phone", "invalid_phone", "must be an international number: +14155550123");
    }
    Box::new(Handoff { text, phone })
}

#[cfg(feature = "schema")]
fn schema() -> crate::schema::Object {
    use crate::schema::{Object, text};
    Object::new("A person takes over.").field("text", "Sent before.", text(MAX_TEXT_CHARS)).field(
        "phone",
        "Whom a phone call is put through to.",
        text(MAX_PHONE_CHARS),
    )
}

impl Node for Handoff {
    fn ports(&self) -> Vec<&str> {
        Vec::new()
    }

    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        if let Some(text) = &self.text {
            turn.say_text(text)?;
        }
        if let Some(phone) = &self.phone {
            turn.put_through = e164(&turn.render(phone)?, None);
        }
        turn.hand_off();
        Ok(Move::Stop { outcome: Some("handoff".to_owned()) })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::nodes::tests::stage::Stage;

    fn put_through(phone: &str) -> Option<String> {
        Stage::new(json!({"type": "handoff", "phone": phone}), &[]).start().put_through
    }

    #[test]
    fn a_call_is_put_through_to_the_number_if_it_is_one() {
        assert_eq!(put_through("+1 415 555-0123").as_deref(), Some("+14155550123"));
        assert_eq!(put_through("{{context.nobody}}"), None);
        let mut without = Stage::new(json!({"type": "handoff", "phone": null}), &[]);
        assert_eq!(without.start().put_through, None);
    }
}
