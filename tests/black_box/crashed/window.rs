//! The window of G3: what WhatsApp has taken, and whose sender was killed before that was stored, is sent again.

use std::collections::{BTreeMap, BTreeSet};

use black_box::Up;
use serde_json::Value;

use super::hosts::Kill;
use super::provider::Provider;

/// What is on its way when its sender dies arrives all the same: WhatsApp, on a busy machine, may read it so many
/// milliseconds later.
const UNDER_WAY: u64 = 1_000;

/// Messages that a kill left in the window.
#[derive(Default)]
pub struct Window {
    /// By what WhatsApp knows a message by: how often it had taken it when it was found in the window.
    found: BTreeMap<String, BTreeSet<usize>>,
    /// Conversations in which something is still to be sent.
    open: BTreeSet<String>,
}

impl Window {
    /// Looks, after a kill, at the conversations that it may have struck: nobody else takes over what was being sent
    /// before its lease has ended, minutes later.
    pub fn look(&mut self, up: &Up, kill: &Kill, struck: BTreeSet<String>, provider: &Provider) {
        let looked_at: BTreeSet<String> = self.open.union(&struck).cloned().collect();
        for id in looked_at {
            let Some(conversation) = conversation(up, &id) else { continue };
            let mut queued = false;
            for message in outbound(&conversation).filter(|message| message["status"] == "queued") {
                queued = true;
                let callback = callback(&conversation, message);
                let taken = provider.taken(&callback);
                let taken = taken.iter().filter(|at| **at <= kill.at + UNDER_WAY).count();
                if taken > 0 {
                    self.found.entry(callback).or_default().insert(taken);
                }
            }
            if queued {
                self.open.insert(id)
            } else {
                self.open.remove(&id)
            };
        }
    }

    /// Whether a message that was taken so often may have been: but for the last time, each left it in the window.
    pub fn explains(&self, callback: &str, taken: usize) -> bool {
        let found = self.found.get(callback);
        (1..taken).all(|times| found.is_some_and(|found| found.contains(&times)))
    }

    /// How many messages were in it.
    pub fn messages(&self) -> usize {
        self.found.len()
    }
}

/// What is stored of a conversation; `None` where it does not exist (yet).
pub fn conversation(up: &Up, id: &str) -> Option<Value> {
    let answer = up.ops("GET", &format!("/ops/conversations/{id}")).send();
    (answer.status != 404).then(|| answer.expect(200))
}

/// What we said in it.
pub fn outbound(conversation: &Value) -> impl Iterator<Item = &Value> {
    let log = conversation["messages"].as_array().into_iter().flatten();
    log.filter(|message| message["direction"] == "outbound")
}

/// What WhatsApp knows a message by.
pub fn callback(conversation: &Value, message: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!("{}:{}", text(&conversation["id"]), text(&message["id"]))
}
