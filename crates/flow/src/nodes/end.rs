//! `end`: the session is over, with an outcome that reports can count.
//!
//! Fields: `outcome` (text, optional). No ports.
//!
//! ```json
//! { "id": "done", "type": "end", "outcome": "recovered" }
//! ```
//! sends
//! ```json
//! []
//! ```

use crate::failure::Failure;
use crate::fields::{Fields, Limit};
use crate::limits::MAX_ID_CHARS;
use crate::node::{Move, Node, NodeType};
use crate::template::Text;
use crate::turn::Turn;

pub(super) const TYPE: NodeType = NodeType {
    name: "end",
    ports: &[],
    read,
    #[cfg(feature = "schema")]
    schema,
};

#[derive(Debug)]
struct End {
    outcome: Option<Text>,
}

fn read(fields: &mut Fields<'_, '_>) -> Box<dyn Node> {
    Box::new(End { outcome: fields.text("outcome", Limit(MAX_ID_CHARS, "text_too_long")) })
}

#[cfg(feature = "schema")]
fn schema() -> crate::schema::Object {
    use crate::schema::{Object, text};
    Object::new("Ends the session.").field("outcome", "How it ended.", text(MAX_ID_CHARS))
}

impl Node for End {
    fn ports(&self) -> Vec<&str> {
        Vec::new()
    }

    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        let outcome = match &self.outcome {
            Some(outcome) => Some(turn.render_within(outcome, MAX_ID_CHARS)?),
            None => None,
        };
        Ok(Move::End { outcome: outcome.filter(|outcome| !outcome.trim().is_empty()) })
    }
}
