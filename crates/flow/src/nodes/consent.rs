//! `consent`: the contact agrees to be written to, or wants no more messages, and the session goes on.
//!
//! Fields:
//! - `action`: `opt_in` or `opt_out`.
//! - `text` (optional) is sent; a farewell before the contact is opted out.
//!
//! Ports: `next`. The words STOP and START do the same without a node, wherever a contact says them.
//!
//! ```json
//! {
//!   "id": "goodbye", "type": "consent", "action": "opt_out",
//!   "text": "You will hear no more from us. Write START if you change your mind."
//! }
//! ```
//! sends
//! ```json
//! [ { "type": "text", "text": "You will hear no more from us. Write START if you change your mind." } ]
//! ```

use crate::Change;
use crate::failure::Failure;
use crate::fields::{Fields, Limit};
use crate::limits::MAX_TEXT_CHARS;
use crate::node::{Move, NEXT, Node, NodeType};
use crate::template::Text;
use crate::turn::Turn;

pub(super) const TYPE: NodeType = NodeType {
    name: "consent",
    ports: &[NEXT],
    read,
    #[cfg(feature = "schema")]
    schema,
};

const OPT_IN: &str = "opt_in";
const OPT_OUT: &str = "opt_out";

#[derive(Debug)]
struct Consent {
    change: Change,
    text: Option<Text>,
}

fn read(fields: &mut Fields<'_, '_>) -> Box<dyn Node> {
    let action = fields.required_string("action", Limit(usize::MAX, "unknown_consent"));
    let change = match action.as_str() {
        OPT_IN => Change::OptIn,
        OPT_OUT | "" => Change::OptOut,
        other => {
            let message = format!("no action `{other}`; there are {OPT_IN}, {OPT_OUT}");
            fields.error("action", "unknown_consent", message);
            Change::OptOut
        }
    };
    Box::new(Consent { change, text: fields.text("text", Limit(MAX_TEXT_CHARS, "text_too_long")) })
}

#[cfg(feature = "schema")]
fn schema() -> crate::schema::Object {
    use crate::schema::{Object, one_of, text};
    Object::new("The contact agrees to be written to, or wants no more messages.")
        .required("action", "", one_of([OPT_IN, OPT_OUT]))
        .field("text", "Sent with it.", text(MAX_TEXT_CHARS))
}

impl Consent {
    fn say(&self, turn: &mut Turn<'_>) -> Result<(), Failure> {
        self.text.as_ref().map_or(Ok(()), |text| turn.say_text(text))
    }
}

impl Node for Consent {
    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        match self.change {
            Change::OptIn => {
                turn.change(self.change.clone())?;
                self.say(turn)?;
            }
            _ => {
                self.say(turn)?;
                turn.change(self.change.clone())?;
            }
        }
        Ok(Move::next())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::nodes::tests::stage::{Stage, outcome};
    use crate::{Content, Trace};

    fn consent(fields: Value) -> Stage {
        let mut node = fields;
        node["type"] = json!("consent");
        Stage::new(node, &["next"])
    }

    #[test]
    fn a_contact_opts_in_or_out_and_is_told() {
        for (action, change) in [("opt_in", Change::OptIn), ("opt_out", Change::OptOut)] {
            let step = consent(json!({"action": action, "text": "Done, {{context.x}}."})).start();
            assert_eq!((outcome(&step), &step.changes[..]), ("next", &[change.clone()][..]));
            assert_eq!(step.messages, [Content::Text { text: "Done, .".into() }]);
            let quiet = consent(json!({"action": action})).start();
            assert_eq!((quiet.messages.len(), quiet.changes), (0, vec![change]));
            assert!(
                quiet
                    .trace
                    .iter()
                    .any(|t| matches!(t, Trace::Changed { field, .. } if field == "consent"))
            );
        }
    }
}
