//! What a turn allocates does not depend on how large the workflow is.

#![allow(clippy::unwrap_used)]

use flow::{Event, NoPrograms, Program, Reply, Scope, State, Status, Timestamp, advance, compile};
use serde_json::{Value, json};

/// Three questions at the beginning of so many nodes, each of which is reached.
fn program(nodes: usize) -> Program {
    let question = |i: usize| {
        json!({"id": format!("q{i}"), "type": "ask", "text": "{{contact.name}}, what is {{vars.answer|default('x')}}?",
            "expect": "number", "save_as": "answer", "timeout": 5})
    };
    let message =
        |i: usize| json!({"id": format!("m{i:03}"), "type": "message", "text": "{{vars.answer}}"});
    let all: Vec<Value> = (0..3).map(question).chain((3..nodes).map(message)).collect();
    let edges: Vec<Value> =
        all.windows(2).map(|pair| json!({"from": pair[0]["id"], "to": pair[1]["id"]})).collect();
    compile(&json!({"entry": "q0", "nodes": all, "edges": edges})).unwrap()
}

/// Allocations and bytes of one reply, the state being read and written.
fn cost(nodes: usize) -> (u64, u64) {
    let program = program(nodes);
    let contact = json!({"name": "Ana"});
    let context = json!({"cart_id": "1"});
    let scope = Scope {
        now: Timestamp(0),
        context: context.as_object().unwrap(),
        contact: &contact,
        programs: &NoPrograms,
        has_model: false,
        graph_runs: false,
    };
    let mut state = State::default();
    advance(&program, &mut state, &Event::Start { at: None }, &scope);
    let stored = serde_json::to_string(&state).unwrap();
    let event = Event::Reply(Reply::text("42"));
    let reply = || {
        let mut state: State = serde_json::from_str(&stored).unwrap();
        let step = advance(&program, &mut state, &event, &scope);
        assert!(matches!(step.status, Status::Waiting { .. }));
        assert_eq!(step.messages.len(), 1);
        serde_json::to_string(&state).unwrap()
    };
    // What is made once in a program's life is made now.
    reply();
    let counted = allocation_counter::measure(|| drop(reply()));
    assert_eq!(counted.count_current, 0, "nothing stays");
    (counted.count_total, counted.bytes_total)
}

#[test]
fn a_turn_in_a_thousand_nodes_allocates_as_much_as_in_ten() {
    let (count, bytes) = cost(10);
    println!("{count} allocations, {bytes} bytes");
    assert_eq!(cost(1_000), (count, bytes));
    assert!(count > 0 && count < 200, "{count} allocations");
    assert!(bytes < 32 * 1024, "{bytes} bytes");
}
