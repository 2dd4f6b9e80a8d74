//! Dialogues as files: a graph, events in, messages and status out. The state is written out and read back between
//! every two events, as a store does. `UPDATE=1 cargo test -p flow` writes what comes out into the files.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod golden;

use flow::{
    Event, NoPrograms, Program, Reply, Scope, State, Status, Timestamp, advance, compile, validate,
};
use serde_json::{Map, Value, json};

/// When every dialogue begins: 2026-05-07T08:14:23Z.
const BEGIN: Timestamp = Timestamp(1_778_141_663_000);

#[test]
fn every_dialogue_goes_as_its_file_says() {
    golden::check("tests/dialogues", |case| {
        let parts = golden::Parts::of(case);
        let program = compile(parts.definition()).unwrap_or_else(|issues| panic!("{issues:#?}"));
        case["issues"] = serde_json::to_value(validate(parts.definition())).unwrap();
        if case["issues"] == json!([]) {
            case.as_object_mut().unwrap().shift_remove("issues");
        }
        let context = case["context"].as_object().cloned().unwrap_or_default();
        let contact = case["contact"].clone();
        let mut stored = "{}".to_owned();
        for turn in case["turns"].as_array_mut().expect("turns") {
            stored = play(&program, &stored, turn, &context, &contact);
        }
        case["state"] = serde_json::from_str(&stored).unwrap();
    });
}

/// Plays one turn into its record; the state after it.
fn play(
    program: &Program,
    stored: &str,
    turn: &mut Value,
    context: &Map<String, Value>,
    contact: &Value,
) -> String {
    let mut state: State = serde_json::from_str(stored).unwrap();
    let now = BEGIN.plus_minutes(turn["minute"].as_f64().unwrap_or(0.0));
    let [has_model, graph_runs] = ["has_model", "graph_runs"].map(|name| turn[name] == json!(true));
    let scope = Scope { now, context, contact, programs: &NoPrograms, has_model, graph_runs };
    let message = !turn["message"].is_null();
    let reply = if message { &turn["message"] } else { &turn["reply"] };
    let typed = match reply {
        Value::String(text) => Reply::text(text),
        Value::Null => Reply::default(),
        other => serde_json::from_value(other.clone()).expect("a reply"),
    };
    let event = match (reply, &turn["start"], &turn["timeout"]) {
        (Value::Null, Value::Bool(true), Value::Null) => Event::Start { at: None },
        (Value::Null, Value::String(at), Value::Null) => Event::Start { at: Some(at.clone()) },
        (Value::Null, Value::Null, Value::Bool(true)) => Event::Timeout,
        (_, Value::Null, Value::Null) if message => Event::Message(typed),
        (_, Value::Null, Value::Null) => Event::Reply(typed),
        _ => panic!("a turn has one of start, message, reply, timeout: {turn}"),
    };
    let step = advance(program, &mut state, &event, &scope);
    assert_eq!(matches!(step.status, Status::Waiting { .. }), state.node.is_some());
    let step = serde_json::to_value(step).unwrap();
    turn["messages"] = step["messages"].clone();
    turn["status"] = step["status"].clone();
    if step["needs_attention"] == json!(true) {
        turn["needs_attention"] = json!(true);
    }
    for field in ["route", "effect", "changes"] {
        if let Some(value) = step.get(field) {
            turn[field] = value.clone();
        }
    }
    if turn.get("trace").is_some() {
        turn["trace"] = step["trace"].clone();
    }
    serde_json::to_string(&state).unwrap()
}
