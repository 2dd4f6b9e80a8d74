//! One turn of a workflow without a conversation: nothing is stored, sent or called. The state is the client's, who
//! gives back what the turn before returned.

use fields::{Given, Object};
use flow::{Event, Program, Programs, Scope, State, Step, Timestamp, limits::MAX_CALLS};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// The last moment that RFC 3339 can write, in milliseconds: 9999-12-30T22:00:00Z.
const MAX_MILLIS: u64 = 253_402_207_200_000;

/// What a simulated turn begins with.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    /// How the session stands; the default has not started.
    pub state: State,
    /// What happens.
    pub event: Event,
    /// What the trigger brought.
    pub context: Map<String, Value>,
    /// What templates read as `contact`.
    pub contact: Value,
    /// The time.
    pub now: Timestamp,
    /// Whether there is a language model.
    pub has_model: bool,
}

/// What a body may hold of a simulation; `context` is read as a trigger's.
pub const SIMULATION_FIELDS: [&str; 6] =
    ["state", "event", "context", "contact", "now", "has_model"];

impl Simulation {
    /// Reads the fields of a body, but for `context`. What is wrong is collected in the body's `Errors`; `clock` is
    /// the time where none is given.
    #[must_use]
    pub fn read(body: &Object<'_, '_>, context: Map<String, Value>, clock: Timestamp) -> Self {
        let state: State = parsed(body, "state").value().unwrap_or_default();
        if state.callers.len() > MAX_CALLS {
            body.error("state", format!("may have at most {MAX_CALLS} callers"));
        }
        let event = parsed(body, "event");
        if !body.given("event") {
            body.error("event", "required");
        }
        Self {
            state,
            event: event.value().unwrap_or(Event::Timeout),
            context,
            contact: Value::Object(body.map("contact").value().cloned().unwrap_or_default()),
            now: moment(body, "now").unwrap_or(clock),
            has_model: body.boolean("has_model").value().unwrap_or(false),
        }
    }

    /// Takes the turn: what it did, and the state after it. The same arguments always give the same.
    #[must_use]
    pub fn run(&self, program: &Program, programs: &dyn Programs) -> (State, Step) {
        let mut state = self.state.clone();
        let scope = Scope {
            now: self.now,
            context: &self.context,
            contact: &self.contact,
            programs,
            has_model: self.has_model,
            graph_runs: false,
        };
        let step = flow::advance(program, &mut state, &self.event, &scope);
        (state, step)
    }
}

/// A simulated turn as the console shows it: the state to give back, and what was done.
#[must_use]
pub fn shown(state: &State, step: &Step) -> Value {
    let mut shown = Map::new();
    shown.insert("state".to_owned(), json!(state));
    if let Ok(Value::Object(step)) = serde_json::to_value(step) {
        shown.extend(step);
    }
    shown.insert("needs_attention".to_owned(), step.needs_attention.into());
    shown.insert("handed_off".to_owned(), step.handed_off.into());
    Value::Object(shown)
}

/// A field as the engine's own type; what does not fit says why.
fn parsed<T: DeserializeOwned>(body: &Object<'_, '_>, name: &str) -> Given<T> {
    match body.any(name) {
        Given::Absent => Given::Absent,
        Given::Null => Given::Null,
        Given::Value(value) => match T::deserialize(value) {
            Ok(parsed) => Given::Value(parsed),
            Err(error) => {
                body.error(name, format!("cannot be read: {error}"));
                Given::Absent
            }
        },
    }
}

/// RFC 3339, or milliseconds since 1970.
fn moment(body: &Object<'_, '_>, name: &str) -> Option<Timestamp> {
    let value = body.any(name).value()?;
    let moment = match value {
        Value::String(text) => Timestamp::parse_rfc3339(text),
        other => other.as_u64().filter(|millis| *millis <= MAX_MILLIS).map(Timestamp),
    };
    if moment.is_none() {
        let right = "2026-05-07T08:14:23Z, or milliseconds since 1970";
        body.error(name, format!("must be a time, such as {right}"));
    }
    moment
}

#[cfg(test)]
mod tests;
