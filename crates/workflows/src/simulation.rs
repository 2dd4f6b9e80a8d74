//! One turn of a workflow without a conversation: nothing is stored, sent or called. The state is the client's, who
//! gives back what the turn before returned.

use fields::{Given, Object};
use flow::{
    Change, Content, Effect, Event, Program, Programs, Route, Scope, State, Status, Step,
    Timestamp, Trace, limits::MAX_CALLS,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::{Definition, read_context};

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

/// What is simulated.
#[derive(Debug, Clone, PartialEq)]
pub enum Simulated {
    /// The draft.
    Draft,
    /// A published version.
    Version(u32),
    /// What came with the request.
    Definition(Box<Definition>),
}

/// What a body may hold.
const FIELDS: [&str; 8] =
    ["definition", "version", "state", "event", "context", "contact", "now", "has_model"];

impl Simulated {
    /// Reads `definition` or `version`. What is wrong is collected in the body's `Errors`.
    #[must_use]
    pub fn read(body: &Object<'_, '_>) -> Self {
        if body.given("definition") && body.given("version") {
            body.error("version", "cannot be given together with a definition");
        }
        body.describe_whole(one_source);
        if let Some(given) = body.object("definition").value() {
            let mut definition = Definition::default();
            definition.apply(&given, false);
            return Self::Definition(Box::new(definition));
        }
        match body.integer("version", 1, u64::from(u32::MAX)).value() {
            Some(version) => Self::Version(u32::try_from(version).unwrap_or(u32::MAX)),
            None => Self::Draft,
        }
    }
}

/// Not both.
fn one_source() -> Value {
    let none = json!({"type": "null"});
    json!({"anyOf": [{"properties": {"definition": none}}, {"properties": {"version": none}}]})
}

impl Simulation {
    /// Reads the fields of a body. What is wrong is collected in the body's `Errors`; `clock` is the time where none
    /// is given.
    #[must_use]
    pub fn read(body: &Object<'_, '_>, clock: Timestamp) -> Self {
        body.only(&FIELDS);
        let state: State = parsed(body, "state", "SessionStateInput").value().unwrap_or_default();
        if state.callers.len() > MAX_CALLS {
            body.error("state", format!("may have at most {MAX_CALLS} callers"));
        }
        let event = parsed(body, "event", "SimulationEventInput");
        if !body.given("event") {
            body.error("event", "required");
        }
        Self {
            state,
            event: event.value().unwrap_or(Event::Timeout),
            context: read_context(body, "context"),
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
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "SimulatedTurn"))]
pub struct SimulatedView<'a> {
    /// To be given back with the next event.
    pub state: &'a State,
    /// What is to be sent, in order. Empty when the turn failed.
    pub messages: &'a [Content],
    /// How the session stands after it.
    pub status: &'a Status,
    /// What the session waits for, where it waits for the world.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<&'a Effect>,
    /// What is to be changed in the contact, in order.
    #[serde(skip_serializing_if = "<[Change]>::is_empty")]
    pub changes: &'a [Change],
    /// The way that a message took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
    /// What happened, for the workflow's author; at most 500 entries.
    pub trace: &'a [Trace],
    /// Whether a person should look at the conversation.
    pub needs_attention: bool,
    /// Whether automation should pause: a person takes over.
    pub handed_off: bool,
    /// Whom a phone call is put through to then, where a `handoff` names somebody: E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub put_through: Option<&'a str>,
}

/// A simulated turn as the console shows it.
#[must_use]
pub fn shown(state: &State, step: &Step) -> Value {
    json!(SimulatedView {
        state,
        messages: &step.messages,
        status: &step.status,
        effect: step.effect.as_ref(),
        changes: &step.changes,
        route: step.route,
        trace: &step.trace,
        needs_attention: step.needs_attention,
        handed_off: step.handed_off,
        put_through: step.put_through.as_deref(),
    })
}

/// A field as the engine's own type, which a schema calls `kind`; what does not fit says why.
fn parsed<T: DeserializeOwned>(body: &Object<'_, '_>, name: &str, kind: &str) -> Given<T> {
    body.describe(name, || json!({"$ref": format!("#/components/schemas/{kind}")}));
    match body.any(name) {
        Given::Absent => Given::Absent,
        Given::Null => Given::Null,
        Given::Value(value) if !value.is_object() => {
            body.error(name, "cannot be read: must be an object");
            Given::Absent
        }
        // serde takes the index of a variant for its name.
        Given::Value(value)
            if TAGS.iter().any(|tag| value.pointer(tag).is_some_and(is_no_text)) =>
        {
            body.error(name, format!("cannot be read: {} must be strings", TAGS.join(", ")));
            Given::Absent
        }
        Given::Value(value) => match T::deserialize(counted(value)) {
            Ok(parsed) => Given::Value(parsed),
            Err(error) => {
                body.error(name, format!("cannot be read: {error}"));
                Given::Absent
            }
        },
    }
}

/// What the workflow's author wrote, in which a number stays as it was written.
const FREE: [&str; 4] = ["vars", "value", "body", "context"];

/// The same with whole numbers where a client wrote `3.0`, which serde does not take for a count.
fn counted(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            fields::whole_number(value).map_or_else(|| value.clone(), Value::from)
        }
        Value::Array(items) => items.iter().map(counted).collect(),
        Value::Object(fields) => {
            let field = |(name, field): (&String, &Value)| {
                let free = FREE.contains(&name.as_str());
                (name.clone(), if free { field.clone() } else { counted(field) })
            };
            Value::Object(fields.iter().map(field).collect())
        }
        _ => value.clone(),
    }
}

/// Where the names of variants are in an event.
const TAGS: [&str; 3] = ["/type", "/result/type", "/result/action/name"];

fn is_no_text(value: &Value) -> bool {
    !value.is_string()
}

/// RFC 3339, or milliseconds since 1970.
fn moment(body: &Object<'_, '_>, name: &str) -> Option<Timestamp> {
    let example = "2026-05-07T08:14:23Z";
    body.describe(name, || {
        let millis = json!({"type": "integer", "minimum": 0, "maximum": MAX_MILLIS});
        let time = json!({"type": "string", "format": "date-time", "pattern": "^(19[7-9]|2)"});
        json!({"anyOf": [time, millis], "examples": [example]})
    });
    let value = body.any(name).value()?;
    let moment = match value {
        Value::String(text) => Timestamp::parse_rfc3339(text),
        other => fields::whole_number(other).filter(|millis| *millis <= MAX_MILLIS).map(Timestamp),
    };
    if moment.is_none() {
        let right = "2026-05-07T08:14:23Z, or milliseconds since 1970";
        body.error(name, format!("must be a time, such as {right}"));
    }
    moment
}

#[cfg(test)]
mod tests;
