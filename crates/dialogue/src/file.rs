//! A dialogue as it stands in a file (docs/dialogues.md).

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use flow::{EffectResult, Reply};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Event, Seen, Source, duration, json};

/// A dialogue: a workflow, what happens to a session of it, and what it answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialogue {
    /// What it shows, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// The workflow.
    pub workflow: Source,
    /// The workflows that its `call` nodes call, by the id that stands there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub workflows: BTreeMap<String, Source>,
    /// What the trigger brings: `{{context.x}}`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub context: Map<String, Value>,
    /// The contact at the beginning: `{{contact.name}}`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub contact: Map<String, Value>,
    /// Whether there is a language model.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub model: bool,
    /// When it begins, as RFC 3339; 2026-05-07T08:14:23Z, a Thursday, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins_at: Option<String>,
    /// What happens, in order.
    pub turns: Vec<Turn>,
    /// The session's state at the end, in the engine's own words; compared only where it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Value>,
}

/// Something that happens, and what is expected then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Turn {
    /// What happens.
    pub event: Event,
    /// Whether nobody takes it: a reply or a result that no session waits for.
    pub ignored: bool,
    /// What is expected.
    pub expected: Seen,
}

impl Dialogue {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or is no dialogue.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is no dialogue", path.display()))
    }

    /// As it is written to a file.
    #[must_use]
    pub fn to_text(&self) -> String {
        json::lay_out(&serde_json::to_value(self).unwrap_or_default())
    }
}

/// A turn, field by field.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start: Option<Start>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<Said>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply: Option<Said>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wait: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    result: Option<EffectResult>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    ignored: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    route: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    messages: Vec<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    effect: Option<Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    changes: Vec<Value>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    needs_attention: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    handed_off: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vars: Option<Map<String, Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trace: Option<Vec<Value>>,
}

/// `true`, or a node.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Start {
    Entry(bool),
    At(String),
}

/// Typed text, or a reply of any kind.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Said {
    Text(String),
    Reply(Reply),
}

impl From<Said> for Reply {
    fn from(said: Said) -> Self {
        match said {
            Said::Text(text) => Self::text(text),
            Said::Reply(reply) => reply,
        }
    }
}

impl From<Reply> for Said {
    fn from(reply: Reply) -> Self {
        if reply == Reply::text(reply.text.as_str()) {
            return Self::Text(reply.text);
        }
        Self::Reply(reply)
    }
}

impl TryFrom<Written> for Turn {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let start = match written.start {
            Some(Start::Entry(false)) => return Err("`start` is true or a node's id".to_owned()),
            Some(Start::Entry(true)) => Some(Event::Start(None)),
            Some(Start::At(node)) => Some(Event::Start(Some(node))),
            None => None,
        };
        let wait = written.wait.map(|wait| duration::parse(&wait).map(Event::Wait)).transpose()?;
        let events = [
            start,
            written.message.map(|message| Event::Message(message.into())),
            written.reply.map(|reply| Event::Reply(reply.into())),
            wait,
            written.result.map(Event::Result),
        ];
        let mut events = events.into_iter().flatten();
        let (Some(event), None) = (events.next(), events.next()) else {
            return Err("a turn has one of start, message, reply, wait, result".to_owned());
        };
        if written.ignored && !matches!(event, Event::Reply(_) | Event::Result(_)) {
            return Err("only a reply or a result can be `ignored`".to_owned());
        }
        let expected = Seen {
            route: written.route,
            messages: written.messages,
            effect: written.effect,
            changes: written.changes,
            needs_attention: written.needs_attention,
            handed_off: written.handed_off,
            vars: written.vars,
            status: written.status,
            trace: written.trace,
        };
        Ok(Self { event, ignored: written.ignored, expected })
    }
}

impl From<Turn> for Written {
    fn from(turn: Turn) -> Self {
        let Turn { event, ignored, expected } = turn;
        let mut written = Self {
            start: None,
            message: None,
            reply: None,
            wait: None,
            result: None,
            ignored,
            route: expected.route,
            messages: expected.messages,
            effect: expected.effect,
            changes: expected.changes,
            needs_attention: expected.needs_attention,
            handed_off: expected.handed_off,
            vars: expected.vars,
            status: expected.status,
            trace: expected.trace,
        };
        match event {
            Event::Start(None) => written.start = Some(Start::Entry(true)),
            Event::Start(Some(node)) => written.start = Some(Start::At(node)),
            Event::Message(message) => written.message = Some(message.into()),
            Event::Reply(reply) => written.reply = Some(reply.into()),
            Event::Wait(millis) => written.wait = Some(duration::show(millis)),
            Event::Result(result) => written.result = Some(result),
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_turn_is_read_and_written_back_as_it_stands() {
        for turn in [
            json!({"start": true, "messages": ["Hello"], "status": "waiting for reply"}),
            json!({"start": "menu"}),
            json!({"message": "hi", "route": "graph", "status": "completed"}),
            json!({"reply": {"kind": "button", "text": "Yes", "payload": "yes"}, "vars": {"a": 1}}),
            json!({"reply": "2", "ignored": true}),
            json!({"wait": "1h 30m", "trace": []}),
            json!({"result": {"type": "http", "status": 200, "body": {"ok": true}}}),
        ] {
            let read: Turn = serde_json::from_value(turn.clone()).unwrap();
            assert_eq!(serde_json::to_value(read).unwrap(), turn);
        }
    }

    #[test]
    fn what_is_no_turn_is_refused() {
        for (turn, why) in [
            (json!({}), "one of start"),
            (json!({"start": true, "reply": "2"}), "one of start"),
            (json!({"start": false}), "`start` is true"),
            (json!({"wait": "soon"}), "\"10m\""),
            (json!({"wait": "10m", "ignored": true}), "can be `ignored`"),
            (json!({"reply": "2", "mesages": []}), "mesages"),
        ] {
            let error = serde_json::from_value::<Turn>(turn.clone()).unwrap_err().to_string();
            assert!(error.contains(why), "{turn}: {error}");
        }
    }
}
