//! `handoff`: a person takes over. The session is over with outcome `handoff`, and the step says that the
//! conversation needs attention: the caller pauses automation there.
//!
//! Fields: `text` (optional) is sent first. No ports.
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
}

fn read(fields: &mut Fields<'_, '_>) -> Box<dyn Node> {
    Box::new(Handoff { text: fields.text("text", Limit(MAX_TEXT_CHARS, "text_too_long")) })
}

#[cfg(feature = "schema")]
fn schema() -> crate::schema::Object {
    use crate::schema::{Object, text};
    Object::new("A person takes over.").field("text", "Sent before.", text(MAX_TEXT_CHARS))
}

impl Node for Handoff {
    fn ports(&self) -> Vec<&str> {
        Vec::new()
    }

    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        if let Some(text) = &self.text {
            turn.say_text(text)?;
        }
        turn.hand_off();
        Ok(Move::Stop { outcome: Some("handoff".to_owned()) })
    }
}
