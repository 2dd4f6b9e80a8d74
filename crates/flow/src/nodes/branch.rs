//! `branch`: goes on through the first case whose condition holds, else through `else`.
//!
//! Fields: `cases`, a list of `{id, when}`, in order; `when` is a condition (see `condition.rs`).
//! Ports: the id of each case, and `else`.
//!
//! ```json
//! {
//!   "id": "size", "type": "branch",
//!   "cases": [
//!     { "id": "large", "when": { "all": [ { "value": "{{context.cart_total}}", "op": "gt", "to": 100 } ] } }
//!   ]
//! }
//! ```
//! sends
//! ```json
//! []
//! ```

use crate::condition::Condition;
use crate::failure::Failure;
use crate::fields::{Fields, Limit};
use crate::limits::MAX_CASES;
use crate::node::{Edges, Move, Node, NodeType};
use crate::parts::read_port_id;
use crate::turn::Turn;

pub(super) const TYPE: NodeType = NodeType {
    name: "branch",
    ports: &["<case>", ELSE],
    read,
    #[cfg(feature = "schema")]
    schema,
};

const ELSE: &str = "else";

#[derive(Debug)]
struct Branch {
    cases: Vec<Case>,
}

#[derive(Debug)]
struct Case {
    id: String,
    when: Condition,
}

fn read(fields: &mut Fields<'_, '_>) -> Box<dyn Node> {
    if !fields.has("cases") {
        fields.missing("cases");
    }
    let mut ids: Vec<String> = Vec::new();
    let cases = fields.objects("cases", Limit(MAX_CASES, "too_many_cases"), |case| {
        let id = read_port_id(case, &ids, &[ELSE], "duplicate_case");
        ids.push(id.clone());
        if !case.has("when") {
            case.missing("when");
        }
        Case { id, when: case.object("when", Condition::read).unwrap_or_default() }
    });
    Box::new(Branch { cases: cases.unwrap_or_default() })
}

#[cfg(feature = "schema")]
fn schema() -> crate::schema::Object {
    use crate::parts::port_id;
    use crate::schema::{Object, list, reference};
    let case = Object::new("").required("id", "The port.", port_id(&[ELSE])).required(
        "when",
        "",
        reference("condition"),
    );
    Object::new("Goes on through the first case whose condition holds, else through `else`.")
        .required("cases", "In order.", list(1..=MAX_CASES, case.closed()))
}

impl Node for Branch {
    fn ports(&self) -> Vec<&str> {
        let cases = self.cases.iter().map(|case| case.id.as_str());
        cases.chain([ELSE]).collect()
    }

    fn check_edges(&self, edges: &mut Edges<'_>) {
        edges.warn_unconnected("cases", self.cases.iter().map(|case| case.id.as_str()));
    }

    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        for case in &self.cases {
            if case.when.holds(turn)? {
                return Ok(Move::Leave(case.id.clone()));
            }
        }
        Ok(Move::Leave(ELSE.to_owned()))
    }
}
