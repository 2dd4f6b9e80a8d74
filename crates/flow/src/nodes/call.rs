//! `call`: runs another published workflow of the team from its entry, then goes on here.
//!
//! Fields:
//! - `workflow`: the id of another workflow. It runs in the version that is published when the call is made.
//! - `with`: values that the called workflow finds as `{{vars.<name>}}`, texts in them being templates. It sees the
//!   same `context` and `contact`, and none of the variables here.
//! - `save_as`: what comes back is kept as `{{vars.<save_as>}}`: an object of the called workflow's variables, and
//!   `outcome`, how it ended.
//!
//! Ports: `next`, and `error` where there is no such workflow, it has no graph, it failed, or more than 16 workflows
//! call one another. A `handoff` in the called workflow ends the whole session.
//!
//! ```json
//! {
//!   "id": "address", "type": "call", "workflow": "0197a5d0-6e5c-7d51-8d9c-0d5c3f0f6f11",
//!   "with": { "order": "{{context.cart_id}}" }, "save_as": "address"
//! }
//! ```
//! sends
//! ```json
//! []
//! ```

use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::fields::{Fields, Limit};
use crate::limits::MAX_ID_CHARS;
use crate::node::{ERROR, Move, NEXT, Node, NodeType, Returned, Wake};
use crate::parts::{Values, read_name};
use crate::turn::Turn;

pub(super) const TYPE: NodeType = NodeType {
    name: "call",
    ports: &[NEXT, ERROR],
    read,
    #[cfg(feature = "schema")]
    schema,
};

#[derive(Debug)]
struct Call {
    workflow: String,
    with: Values,
    save_as: Option<String>,
}

fn read(fields: &mut Fields<'_, '_>) -> Box<dyn Node> {
    let workflow = fields.required_string("workflow", Limit(MAX_ID_CHARS, "id_too_long"));
    if fields.workflow().is_some_and(|own| own.eq_ignore_ascii_case(workflow.trim())) {
        let message = "this is the workflow itself; to begin anew, draw an edge back to its entry";
        fields.error("workflow", "calls_itself", message);
    }
    Box::new(Call {
        workflow,
        with: Values::read(fields, "with"),
        save_as: read_name(fields, "save_as"),
    })
}

#[cfg(feature = "schema")]
fn schema() -> crate::schema::Object {
    use crate::schema::{Object, name, string, values};
    Object::new("Runs another published workflow, then goes on.")
        .required("workflow", "Its id.", string(MAX_ID_CHARS))
        .field("with", "What it finds in `vars`.", values())
        .field("save_as", "Keeps its variables and its `outcome`.", name())
}

impl Node for Call {
    fn ports(&self) -> Vec<&str> {
        vec![NEXT, ERROR]
    }

    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        let vars = self.with.compute(turn)?;
        Ok(Move::Call { workflow: self.workflow.clone(), vars })
    }

    fn resume(&self, turn: &mut Turn<'_>, wake: Wake<'_>) -> Result<Move, Failure> {
        match wake {
            Wake::Returned(Returned::Ended { outcome, vars }) => {
                if let Some(name) = &self.save_as {
                    turn.save(name, Value::Object(given_back(vars, outcome.as_deref())))?;
                }
                Ok(Move::next())
            }
            Wake::Returned(Returned::Failed { reason }) => Ok(turn.fail(reason.clone())),
            _ => Ok(turn.fail("it was never called".to_owned())),
        }
    }
}

fn given_back(vars: &Map<String, Value>, outcome: Option<&str>) -> Map<String, Value> {
    let mut back = vars.clone();
    back.insert("outcome".to_owned(), outcome.into());
    back
}

#[cfg(test)]
mod tests;
