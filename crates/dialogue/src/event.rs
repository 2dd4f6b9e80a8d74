//! What happens in a dialogue.

use flow::{EffectResult, Reply};

use crate::duration;

/// Something that happens to a session.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The workflow is triggered: a session begins at a node, or at the entry.
    Start(Option<String>),
    /// The contact writes, and no session waits for it: a session begins where the routing says.
    Message(Reply),
    /// The contact answers.
    Reply(Reply),
    /// So many milliseconds pass; the timeouts in them fire.
    Wait(u64),
    /// What came of the effect that the session waits for.
    Result(EffectResult),
}

impl Event {
    /// In short, for a person.
    #[must_use]
    pub fn describe(&self) -> String {
        let said = |what: &str, reply: &Reply| {
            let payload = reply.payload.as_ref().map(|id| format!(" ({id})"));
            format!("{what} {:?}{}", reply.text, payload.unwrap_or_default())
        };
        match self {
            Self::Start(None) => "start".to_owned(),
            Self::Start(Some(node)) => format!("start at {node:?}"),
            Self::Message(message) => said("message", message),
            Self::Reply(reply) => said("reply", reply),
            Self::Wait(millis) => format!("wait {}", duration::show(*millis)),
            Self::Result(_) => "result".to_owned(),
        }
    }
}
