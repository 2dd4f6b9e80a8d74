//! Definitions, and what happens to a session of one: the fields of a definition, and beside them `workflows` that it may
//! call (graphs by id), `context`, `contact`, `model` and `events`.

use flow::{Event, Severity, State, compile, validate};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::sessions::{self, Shelf, Stage};

/// Events of a session that are taken of an input, and those that follow because the session waits for them.
const EVENTS: usize = 12;
const AWAITED: usize = 4;

pub fn run(input: &[u8]) {
    let Ok(case) = serde_json::from_slice::<Value>(input) else { return };
    let text = |name: &str| case.get(name).and_then(Value::as_str);
    let (rules, flows, faq) = (list(&case, "rules"), list(&case, "flows"), list(&case, "faq"));
    let definition = flow::Definition {
        id: text("id"),
        kind: text("kind").and_then(flow::Kind::from_name).unwrap_or_default(),
        system_prompt: text("system_prompt").unwrap_or_default(),
        rules: &rules,
        flows: &flows,
        faq: &faq,
        graph: case.get("graph"),
        fixed_reply: text("fixed_reply"),
    };
    let issues = validate(definition);
    let read = json!({"graph": definition.graph, "rules": rules, "flows": flows, "faq": faq,
        "system_prompt": definition.system_prompt, "settings": {"fixed_reply": definition.fixed_reply}});
    sessions::check_issues(&read, &issues);
    let wrong = issues.iter().any(|issue| issue.severity == Severity::Error);
    let Ok(program) = compile(definition) else {
        assert!(wrong, "what validates compiles");
        return;
    };
    assert!(!wrong, "what does not validate does not compile");
    assert!(program.instructions().len() <= flow::limits::MAX_INSTRUCTIONS_BYTES);
    play(&case, &program);
}

/// The items that are of the type.
fn list<T: DeserializeOwned>(case: &Value, name: &str) -> Vec<T> {
    let items = case.get(name).and_then(Value::as_array);
    items
        .into_iter()
        .flatten()
        .filter_map(|item| serde_json::from_value(item.clone()).ok())
        .collect()
}

fn map(case: &Value, name: &str) -> Map<String, Value> {
    case.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
}

fn play(case: &Value, program: &flow::Program) {
    let graphs = map(case, "workflows");
    let shelf = Shelf::of(graphs.iter().map(|(id, graph)| (id.as_str(), graph)));
    let mut stage = Stage {
        context: map(case, "context"),
        contact: Value::Object(map(case, "contact")),
        has_model: case.get("model").and_then(Value::as_bool).unwrap_or_default(),
        shelf,
        ..Stage::default()
    };
    let mut state = State::default();
    let events: Vec<Event> = list(case, "events");
    stage.take(program, &mut state, &Event::Start { at: None });
    for event in events.iter().take(EVENTS) {
        // A result is one of the effect that was asked for last, mostly.
        let event = match event {
            Event::Result { effect: 0, result } => {
                Event::Result { effect: state.effect, result: result.clone() }
            }
            event => event.clone(),
        };
        stage.take(program, &mut state, &event);
    }
    for _ in 0..AWAITED {
        let Some((event, at)) = sessions::awaited(&state) else { return };
        stage.now = at.unwrap_or(stage.now).max(stage.now);
        stage.take(program, &mut state, &event);
    }
}
