//! Dialogues as files: a graph, events in, messages, changes, effects and status out. The state is written out and read back between
//! every two events, as a store does. `UPDATE=1 cargo test -p flow` writes what comes out into the files.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod golden;

use flow::{
    Event, NoPrograms, Program, Reply, Scope, State, Status, Step, Timestamp, advance, compile,
    validate,
};
use serde_json::{Value, json};

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
        let mut contact = case["contact"].clone();
        let has_model = case["has_model"].as_bool().unwrap_or_default();
        let mut stored = "{}".to_owned();
        for turn in case["turns"].as_array_mut().expect("turns") {
            let scope = Scope {
                now: BEGIN.plus_minutes(turn["minute"].as_f64().unwrap_or(0.0)),
                context: &context,
                contact: &contact,
                programs: &NoPrograms,
                has_model,
                graph_runs: false,
            };
            let (state, step) = play(&program, &stored, turn, &scope);
            stored = state;
            step.changes.iter().for_each(|change| change.apply_to(&mut contact));
            record(turn, &step);
        }
        case["state"] = serde_json::from_str(&stored).unwrap();
    });
}

/// Plays one turn; the state after it.
fn play(program: &Program, stored: &str, turn: &Value, scope: &Scope<'_>) -> (String, Step) {
    let mut state: State = serde_json::from_str(stored).unwrap();
    let event = event(turn, &state);
    let step = advance(program, &mut state, &event, scope);
    assert_eq!(matches!(step.status, Status::Waiting { .. }), state.node.is_some());
    (serde_json::to_string(&state).unwrap(), step)
}

/// The event of a turn, which is one of `start`, `reply`, `timeout` and `result`. A result is of the effect that the
/// session waits for, unless the turn says another `number`.
fn event(turn: &Value, state: &State) -> Event {
    let kinds = ["start", "reply", "timeout", "result"];
    let kinds: Vec<_> = kinds.into_iter().filter(|kind| !turn[kind].is_null()).collect();
    let [kind] = kinds[..] else {
        panic!("a turn has one of start, reply, timeout, result: {turn}")
    };
    match (kind, &turn[kind]) {
        ("start", Value::Bool(true)) => Event::Start { at: None },
        ("start", Value::String(at)) => Event::Start { at: Some(at.clone()) },
        ("reply", Value::String(text)) => Event::Reply(Reply::text(text)),
        ("reply", reply) => Event::Reply(serde_json::from_value(reply.clone()).expect("a reply")),
        ("timeout", Value::Bool(true)) => Event::Timeout,
        ("result", result) => Event::Result {
            effect: turn["number"].as_u64().map_or(state.effect, |number| number as u32),
            result: serde_json::from_value(result.clone()).expect("a result"),
        },
        _ => panic!("what is {}?", turn[kind]),
    }
}

/// Writes into a turn what came out: messages and status, and of the rest what there is.
fn record(turn: &mut Value, step: &Step) {
    let step = serde_json::to_value(step).unwrap();
    for name in ["messages", "status"] {
        turn[name] = step[name].clone();
    }
    for name in ["effect", "changes", "needs_attention", "handed_off"] {
        match step.get(name) {
            Some(value) => turn[name] = value.clone(),
            None => drop(turn.as_object_mut().unwrap().shift_remove(name)),
        }
    }
    if turn.get("trace").is_some() {
        turn["trace"] = step["trace"].clone();
    }
}
