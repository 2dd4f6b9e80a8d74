//! What a session keeps of its workflow between two turns. The caller stores it; only `advance` changes it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Reply, Timestamp};

/// What a session keeps of the workflow between two turns. The default is a session that has not started.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct State {
    /// The node that waits. `None`: the session has not started, or is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// For what that node waits.
    #[serde(default, skip_serializing_if = "Awaits::is_nothing")]
    pub awaits: Awaits,
    /// What nodes saved, read by templates as `{{vars.name}}`; 32 KiB as JSON at most.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub vars: Map<String, Value>,
    /// The contact's last answer, read by templates as `{{input.text}}`; its text is kept up to 4,096
    /// characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Reply>,
    /// How many answers the waiting node has refused.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attempts: u32,
    /// When the waiting node gives up. `None`: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
}

/// For what a session waits.
#[derive(Serialize, Deserialize, Copy, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Awaits {
    /// For nothing: not started, or over.
    #[default]
    Nothing,
    /// For the contact's answer, until the deadline if there is one.
    Reply,
    /// For the deadline only: an answer is not for this session.
    Time,
}

impl Awaits {
    fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl State {
    /// Whether an answer of the contact would be taken by this session.
    #[must_use]
    pub fn awaits_reply(&self) -> bool {
        self.awaits == Awaits::Reply
    }
}
