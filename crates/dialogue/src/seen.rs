//! What a turn shows, in the short words of a file: a text is a string, a status too.

use flow::{Awaits, Status, Timestamp, Trace};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::duration;
use crate::session::{Session, Took};

/// What is expected of a turn, or was seen in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seen {
    /// The way that a `message` took, and its name: `graph`, `rule: Refund`.
    pub route: Option<String>,
    /// What was sent, in order: plain text as a string, all else as an object.
    pub messages: Vec<Value>,
    /// What is wanted of the world.
    pub effect: Option<Value>,
    /// What was changed in the contact, in order.
    pub changes: Vec<Value>,
    /// Whether a person should look at the conversation.
    pub needs_attention: bool,
    /// Whether a person takes over.
    pub handed_off: bool,
    /// The variables, where the turn changed them: all of them. In a called workflow they are its own.
    pub vars: Option<Map<String, Value>>,
    /// How the session stands after it: `waiting for reply, 10m`, `completed: recovered`.
    pub status: Option<Value>,
    /// What happened; compared only where it is expected.
    pub trace: Option<Vec<Value>>,
}

impl Seen {
    pub(crate) fn of(took: &Took, session: &Session) -> Self {
        let step = &took.step;
        Self {
            route: step.route.map(|_| route(&step.trace)),
            messages: step.messages.iter().map(|message| short_message(json(message))).collect(),
            effect: step.effect.as_ref().map(|effect| json(&effect.request)),
            changes: step.changes.iter().map(json).collect(),
            needs_attention: step.needs_attention,
            handed_off: step.handed_off,
            vars: took.vars.clone(),
            status: Some(describe_status(session).into()),
            trace: Some(step.trace.iter().map(json).collect()),
        }
    }
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn route(trace: &[Trace]) -> String {
    let routed = trace.iter().find_map(|trace| match trace {
        Trace::Routed { route, name } => Some((json(route), name)),
        _ => None,
    });
    let Some((Value::String(route), name)) = routed else { return String::new() };
    match name {
        Some(name) => format!("{route}: {name}"),
        None => route,
    }
}

/// A message that is text and nothing else, as that text.
pub(crate) fn short_message(message: Value) -> Value {
    match message.as_object() {
        Some(fields) if fields.len() == 2 && message["type"] == "text" => message["text"].clone(),
        _ => message,
    }
}

/// How a session stands, as a file says it.
pub(crate) fn describe_status(session: &Session) -> String {
    match session.status() {
        None => "not started".to_owned(),
        Some(Status::Completed { outcome: None }) => "completed".to_owned(),
        Some(Status::Completed { outcome: Some(outcome) }) => format!("completed: {outcome}"),
        Some(Status::Failed { code, message }) => format!("failed: {code}: {message}"),
        Some(Status::Waiting { .. }) => {
            let state = session.state();
            waiting(state.awaits, state.deadline, session.now())
        }
    }
}

fn waiting(awaits: Awaits, deadline: Option<Timestamp>, now: Timestamp) -> String {
    let what = match awaits {
        Awaits::Nothing => "nothing",
        Awaits::Reply => "reply",
        Awaits::Time => "time",
        Awaits::Effect => "result",
    };
    match deadline {
        Some(deadline) => {
            format!("waiting for {what}, {}", duration::show(deadline.0.saturating_sub(now.0)))
        }
        None => format!("waiting for {what}"),
    }
}
