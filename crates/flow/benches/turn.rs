//! What one reply costs on a flow of three questions: the state is read from JSON, stepped, and written to JSON. With the
//! workflow compiled, and with the workflow read from JSON and compiled before. The project's goals for the two are 25 µs
//! and 250 µs.

#![allow(clippy::unwrap_used, missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use flow::{Event, NoPrograms, Program, Reply, Scope, State, Status, Timestamp, advance, compile};
use serde_json::{Map, Value, json};

const FLOW: &str = include_str!("three_questions.json");

/// One reply: the state after it, and how many messages answer it.
fn reply(
    program: &Program,
    stored: &str,
    event: &Event,
    context: &Map<String, Value>,
    contact: &Value,
) -> (String, usize) {
    let mut state: State = serde_json::from_str(stored).unwrap();
    let scope = Scope {
        now: Timestamp(1_778_141_663_000),
        context,
        contact,
        programs: &NoPrograms,
        has_model: false,
        graph_runs: false,
    };
    let step = advance(program, &mut state, event, &scope);
    assert!(matches!(step.status, Status::Waiting { .. }));
    (serde_json::to_string(&state).unwrap(), step.messages.len())
}

fn compiled() -> Program {
    let graph: Value = serde_json::from_str(FLOW).unwrap();
    compile(&graph).unwrap()
}

fn turn(criterion: &mut Criterion) {
    let context = json!({"cart_id": "987654321", "cart_total": "129.00"});
    let context = context.as_object().unwrap();
    let contact =
        json!({"id": "0197a5d0", "name": "Ana", "tags": ["vip"], "metadata": {"city": "Maun"}});
    let program = compiled();
    let start = {
        let mut state = State::default();
        let scope = Scope {
            now: Timestamp(1_778_141_000_000),
            context,
            contact: &contact,
            programs: &NoPrograms,
            has_model: false,
            graph_runs: false,
        };
        advance(&program, &mut state, &Event::Start { at: None }, &scope);
        serde_json::to_string(&state).unwrap()
    };
    let texts = ["Ana Molefe", "42", "yes"].map(|text| Event::Reply(Reply::text(text)));
    let (second, _) = reply(&program, &start, &texts[0], context, &contact);
    let mut group = criterion.benchmark_group("one reply");
    for (name, stored, event) in [("first", &start, &texts[0]), ("second", &second, &texts[1])] {
        group.bench_function(format!("{name}, compiled"), |bench| {
            bench.iter(|| reply(&program, black_box(stored), event, context, &contact));
        });
    }
    group.bench_function("second, read and compiled first", |bench| {
        bench.iter(|| reply(&compiled(), black_box(&second), &texts[1], context, &contact));
    });
    group.finish();
}

criterion_group!(benches, turn);
criterion_main!(benches);
