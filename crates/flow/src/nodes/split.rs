//! `split`: sends a share of the contacts along each arm, and the same contact along the same arm every time.
//!
//! Fields:
//! - `arms`: two or more `{id, weight?}`; the weight is a number above 0, by default 1, of which the arm has its share.
//! - `key`: what names the experiment, by default the node's id. Two splits with one key put a contact in the same
//!   place; with different keys they are independent of each other.
//!
//! Ports: the id of each arm. Which one a contact takes follows from its id and the key alone, so adding a node, an
//! edge or a session changes nothing; changing weights moves as few contacts as the order of the arms allows.
//!
//! ```json
//! {
//!   "id": "opening", "type": "split",
//!   "arms": [ { "id": "friendly", "weight": 9 }, { "id": "brief", "weight": 1 } ]
//! }
//! ```
//! sends
//! ```json
//! []
//! ```

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::failure::Failure;
use crate::fields::{Fields, Limit};
use crate::limits::{MAX_CASES, MAX_ID_CHARS, MAX_WEIGHT};
use crate::node::{Edges, Move, Node, NodeType};
use crate::parts::read_port_id;
use crate::turn::Turn;

pub(super) const TYPE: NodeType = NodeType {
    name: "split",
    ports: &["<arm>"],
    read,
    #[cfg(feature = "schema")]
    schema,
};

#[derive(Debug)]
struct Split {
    arms: Vec<Arm>,
    /// `None`: the node's id.
    key: Option<String>,
}

#[derive(Debug)]
struct Arm {
    id: String,
    weight: f64,
}

fn read(fields: &mut Fields<'_, '_>) -> Box<dyn Node> {
    if !fields.has("arms") {
        fields.missing("arms");
    }
    let mut ids: Vec<String> = Vec::new();
    let arms = fields.objects("arms", Limit(MAX_CASES, "too_many_cases"), |arm| {
        let id = read_port_id(arm, &ids, &[], "duplicate_case");
        ids.push(id.clone());
        Arm { id, weight: read_weight(arm) }
    });
    let arms = arms.unwrap_or_default();
    if arms.len() == 1 {
        let message = "a split has two arms at least; with one, there is nothing to choose";
        fields.error("arms", "too_few_arms", message);
    }
    let key = fields.string("key", Limit(MAX_ID_CHARS, "id_too_long")).map(str::to_owned);
    Box::new(Split { arms, key })
}

fn read_weight(arm: &mut Fields<'_, '_>) -> f64 {
    let Some(value) = arm.get("weight") else { return 1.0 };
    let Some(weight) = value.as_f64() else {
        arm.wrong_type("weight", value, "a number");
        return 1.0;
    };
    if !(weight > 0.0 && weight <= MAX_WEIGHT) {
        let message =
            format!("the weight is {value}; above 0 and at most {MAX_WEIGHT} is possible");
        arm.error("weight", "weight_out_of_range", message);
        return 1.0;
    }
    weight
}

#[cfg(feature = "schema")]
fn schema() -> crate::schema::Object {
    use crate::parts::port_id;
    use crate::schema::{Object, above_zero, list, string};
    let arm = Object::new("").required("id", "The port.", port_id(&[])).field(
        "weight",
        "Its share of the sum of all; 1 if not said.",
        above_zero(MAX_WEIGHT),
    );
    Object::new("Sends a share of the contacts along each arm.")
        .required("arms", "", list(2..=MAX_CASES, arm.closed()))
        .field("key", "Names the experiment; the node's id if not said.", string(MAX_ID_CHARS))
}

impl Split {
    /// The arm at a place from 0 (included) to 1 (excluded).
    fn arm(&self, place: f64) -> Option<&Arm> {
        let mut left = place * self.arms.iter().map(|arm| arm.weight).sum::<f64>();
        let found = self.arms.iter().find(|arm| {
            left -= arm.weight;
            left < 0.0
        });
        // Rounding may leave a hair over.
        found.or(self.arms.last())
    }
}

/// Where a contact stands among all contacts, from 0 (included) to 1 (excluded).
fn place(contact: &Value, key: &str) -> f64 {
    /// How many bits a float holds exactly.
    const BITS: u32 = f64::MANTISSA_DIGITS;
    let whole = || contact.to_string();
    let id = contact["id"].as_str().map_or_else(whole, str::to_owned);
    // A key has no NUL in it to shift the border between the two: JSON writes it as an escape, ids are UUIDs.
    let digest = Sha256::new().chain_update(&id).chain_update([0]).chain_update(key).finalize();
    let bits = digest.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    (bits >> (u64::BITS - BITS)) as f64 / (1_u64 << BITS) as f64
}

impl Node for Split {
    fn ports(&self) -> Vec<&str> {
        self.arms.iter().map(|arm| arm.id.as_str()).collect()
    }

    fn check_edges(&self, edges: &mut Edges<'_>) {
        edges.warn_unconnected("arms", self.arms.iter().map(|arm| arm.id.as_str()));
    }

    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        let key = self.key.clone().unwrap_or_else(|| turn.node());
        // As it came into the turn: what a `set` changed must not move the contact.
        let arm = self.arm(place(turn.scope.contact, &key));
        Ok(arm.map_or_else(Move::next, |arm| Move::Leave(arm.id.clone())))
    }
}

#[cfg(test)]
mod tests;
