//! Conditions: `{"when": {"all": […]}, "context": {}, "text": "…"}`. What validates is computed, and an operator and its
//! opposite never say the same.

use flow::{Event, Reply, Severity, State, Status, compile, validate};
use serde_json::{Map, Value, json};

use crate::sessions;

/// Of each pair, just one holds (docs/workflows.md, "Conditions").
const OPPOSITES: [(&str, &str); 3] =
    [("equals", "not_equals"), ("contains", "not_contains"), ("exists", "not_exists")];

pub fn run(input: &[u8]) {
    let Ok(case) = serde_json::from_slice::<Value>(input) else { return };
    let when = case.get("when").unwrap_or(&case);
    let text = case.get("text").and_then(Value::as_str).unwrap_or("hello");
    let context = case.get("context").and_then(Value::as_object).cloned().unwrap_or_default();
    let _ = outcome(when, &context, text);
    // In a rule it stands as a text.
    let rules = json!([{"id": "r", "name": "r", "trigger": "hello", "condition": when.to_string(),
        "response": "r", "enabled": true}]);
    let Ok(rules) = serde_json::from_value::<Vec<flow::Rule>>(rules) else { return };
    let definition = flow::Definition { rules: &rules, ..flow::Definition::default() };
    let issues = validate(definition);
    let wrong = issues.iter().any(|issue| issue.severity == Severity::Error);
    assert_eq!(compile(definition).is_err(), wrong);
    if let Ok(program) = compile(definition) {
        let mut state = State::default();
        sessions::step(&program, &mut state, &Event::Message(Reply::text(text)), &context);
    }
    let items = ["all", "any"].iter().filter_map(|group| when.get(group)?.as_array()).flatten();
    items.take(4).for_each(|item| check_opposite(item, &context, text));
}

fn check_opposite(item: &Value, context: &Map<String, Value>, text: &str) {
    if item.get("all").or(item.get("any")).is_some() {
        return;
    }
    let op = item.get("op").and_then(Value::as_str).unwrap_or_default();
    let Some((one, other)) = OPPOSITES.iter().find(|(one, other)| [one, other].contains(&&op))
    else {
        return;
    };
    let held = |op: &str| {
        let mut item = item.clone();
        item["op"] = op.into();
        outcome(&json!({"all": [item]}), context, text)
    };
    if let (Some(holds), Some(opposite)) = (held(one), held(other)) {
        assert_ne!(holds, opposite, "{one} and {other} of {item}, with {context:?}");
    }
}

/// Whether it holds. `None`: it does not validate, or the session fails.
fn outcome(when: &Value, context: &Map<String, Value>, text: &str) -> Option<bool> {
    let graph = json!({
        "entry": "q",
        "nodes": [
            {"id": "q", "type": "ask", "text": "?"},
            {"id": "b", "type": "branch", "cases": [{"id": "holds", "when": when}]},
            {"id": "yes", "type": "end", "outcome": "yes"},
            {"id": "no", "type": "end", "outcome": "no"},
        ],
        "edges": [
            {"from": "q", "to": "b"},
            {"from": "b", "port": "holds", "to": "yes"},
            {"from": "b", "port": "else", "to": "no"},
        ],
    });
    let issues = validate(&graph);
    let wrong = issues.iter().any(|issue| issue.severity == Severity::Error);
    sessions::check_issues(&json!({"graph": graph}), &issues);
    let program = compile(&graph);
    assert_eq!(program.is_err(), wrong, "{when}");
    let program = program.ok()?;
    let mut state = State::default();
    sessions::step(&program, &mut state, &Event::Start { at: None }, context);
    let step = sessions::step(&program, &mut state, &Event::Reply(Reply::text(text)), context);
    match step.status {
        Status::Completed { outcome } if outcome.as_deref() == Some("yes") => Some(true),
        Status::Completed { outcome } if outcome.as_deref() == Some("no") => Some(false),
        Status::Completed { .. } | Status::Failed { .. } | Status::Waiting { .. } => None,
    }
}
