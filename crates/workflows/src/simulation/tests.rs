use fields::Errors;
use flow::NoPrograms;

use super::*;

const NOON: Timestamp = Timestamp(1_778_155_200_000);

fn read(body: &Value) -> Result<Simulation, Vec<String>> {
    let errors = Errors::new();
    let simulation = Simulation::read(&errors.body(body), NOON);
    errors.into_result(simulation).map_err(|errors| errors.iter().map(|e| e.to_string()).collect())
}

fn program() -> Program {
    let graph = json!({"entry": "ask", "nodes": [
        {"id": "ask", "type": "ask", "text": "Hello {{contact.name}}?", "save_as": "it", "timeout": 10},
        {"id": "said", "type": "handoff", "text": "{{vars.it}}"},
        {"id": "gone", "type": "end", "outcome": "gone"},
    ], "edges": [{"from": "ask", "to": "said"}, {"from": "ask", "port": "timeout", "to": "gone"}]});
    flow::compile(&graph).unwrap()
}

/// The turn, as the console shows it.
fn turn(body: &Value) -> Value {
    let (state, step) = read(body).unwrap().run(&program(), &NoPrograms);
    shown(&state, &step)
}

#[test]
fn a_conversation_goes_on_with_the_state_that_was_given_back() {
    let contact = json!({"name": "Ana"});
    let first = turn(&json!({"event": {"type": "start"}, "contact": contact}));
    assert_eq!(first["messages"], json!([{"type": "text", "text": "Hello Ana?"}]));
    assert_eq!(first["status"], json!({"type": "waiting", "deadline": NOON.0 + 600_000}));
    assert_eq!((&first["needs_attention"], &first["handed_off"]), (&json!(false), &json!(false)));
    let reply = json!({"type": "reply", "text": "me"});
    let second = turn(&json!({"event": reply, "state": first["state"]}));
    assert_eq!(second["messages"][0]["text"], "me");
    assert_eq!((&second["needs_attention"], &second["handed_off"]), (&json!(true), &json!(true)));
    let late = json!({"event": {"type": "timeout"}, "state": first["state"], "now": "2026-05-07T12:10:00Z"});
    assert_eq!(turn(&late)["status"], json!({"type": "completed", "outcome": "gone"}));
    let early = json!({"event": {"type": "timeout"}, "state": first["state"], "now": NOON.0 + 1});
    assert_eq!(turn(&early)["trace"][0]["type"], "ignored");
}

#[test]
fn the_events_are_read_as_the_engine_writes_them() {
    for event in [
        json!({"type": "start", "at": "said"}),
        json!({"type": "message", "kind": "text", "text": "hi"}),
        json!({"type": "reply", "kind": "button", "text": "Yes", "payload": "yes"}),
        json!({"type": "timeout"}),
        json!({"type": "result", "effect": 1, "result": {"type": "http", "status": 200, "body": null}}),
    ] {
        let read = read(&json!({"event": event})).unwrap();
        assert_eq!(serde_json::to_value(&read.event).unwrap(), event);
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let callers = vec![json!({"node": "a"}); MAX_CALLS + 1];
    for (body, error) in [
        (json!({}), "event: required"),
        (json!({"event": null}), "event: required"),
        (json!({"event": {"type": "dance"}}), "event: cannot be read: unknown variant `dance`"),
        (json!({"event": {"type": "result", "effect": -1}}), "event: cannot be read"),
        (json!({"event": {"type": "timeout"}, "state": 5}), "state: cannot be read"),
        (
            json!({"event": {"type": "timeout"}, "state": {"attempts": "x"}}),
            "state: cannot be read",
        ),
        (json!({"event": {"type": "timeout"}, "state": {"callers": callers}}), "state: may have"),
        (json!({"event": {"type": "timeout"}, "now": "noon"}), "now: must be a time"),
        (json!({"event": {"type": "timeout"}, "now": u64::MAX}), "now: must be a time"),
        (json!({"event": {"type": "timeout"}, "contact": []}), "contact: must be an object"),
        (json!({"event": {"type": "timeout"}, "has_model": 1}), "has_model: must be true or false"),
    ] {
        let errors = read(&body).unwrap_err();
        assert!(errors.len() == 1 && errors[0].starts_with(error), "{body}: {errors:?}");
    }
}

#[test]
fn a_state_that_no_turn_gave_fails_and_never_traps() {
    let pin = json!({"workflow": "x", "content": "y"});
    let states = [
        json!({"node": "nowhere", "awaits": "reply"}),
        json!({"awaits": "reply"}),
        json!({"node": "said", "awaits": "reply"}),
        json!({"node": "gone", "awaits": "time", "deadline": u64::MAX}),
        json!({"node": "ask", "awaits": "effect", "effect": u32::MAX}),
        json!({"node": "ask", "awaits": "reply", "pin": pin, "callers": [{"node": "ask"}]}),
        json!({"node": "ask", "awaits": "reply", "attempts": u32::MAX, "deadline": 0}),
        json!({"node": "ask", "awaits": "reply", "callers": [{"node": "nowhere"}, {"node": "said", "pin": pin}]}),
    ];
    let result = json!({"type": "result", "effect": u32::MAX, "result": {"type": "timed_out"}});
    for state in states {
        for event in [
            json!({"type": "start"}),
            json!({"type": "message", "text": "hi"}),
            json!({"type": "reply", "text": "hi"}),
            json!({"type": "timeout"}),
            result.clone(),
        ] {
            let taken = turn(&json!({"state": state, "event": event, "now": NOON.0}));
            assert!(taken["status"]["type"].is_string(), "{state} {event}: {taken}");
        }
    }
}
