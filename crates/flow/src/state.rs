//! What a session keeps of its workflow between two turns. The caller stores it; only `advance` changes it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Pin, Reply, Timestamp};

/// What a session keeps of the workflow between two turns. The default is a session that has not started.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "SessionState"))]
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
    /// The number of the last effect; the one that is waited for where [`Awaits::Effect`].
    #[serde(default, skip_serializing_if = "is_zero")]
    pub effect: u32,
    /// The called workflow in which the session stands. `None`: in its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Pin>,
    /// Where to return to, the latest call last; 16 at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub callers: Vec<Caller>,
}

/// A `call` node that a session returns to.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Caller {
    /// The called workflow that the node is in. `None`: the session's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Pin>,
    /// The node.
    pub node: String,
    /// The variables to go on with.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub vars: Map<String, Value>,
}

/// For what a session waits.
#[derive(Serialize, Deserialize, Copy, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Awaits {
    /// For nothing: not started, or over.
    #[default]
    Nothing,
    /// For the contact's answer, until the deadline if there is one.
    Reply,
    /// For the deadline only: an answer is not for this session.
    Time,
    /// For the result of an effect.
    Effect,
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
    /// The published contents that the session needs besides its own: where it stands, and where it returns to.
    pub fn pins(&self) -> impl Iterator<Item = &Pin> {
        self.pin.iter().chain(self.callers.iter().filter_map(|caller| caller.pin.as_ref()))
    }

    /// Whether an answer of the contact would be taken by this session.
    #[must_use]
    pub fn awaits_reply(&self) -> bool {
        self.awaits == Awaits::Reply
    }
}
