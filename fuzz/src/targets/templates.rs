//! Templates: `{"text": "{{…}}", "url": "…", "context": {}, "vars": {}, "input": "…"}`. What is rendered is within its limit,
//! and what a variable holds is never a template, nor breaks out of an address.

use flow::{Content, Event, Reply, Severity, State, compile, validate};
use serde_json::{Map, Value, json};

use crate::sessions;

pub fn run(input: &[u8]) {
    let case = match serde_json::from_slice::<Value>(input) {
        Ok(case @ Value::Object(_)) => case,
        _ => json!({"text": String::from_utf8_lossy(input)}),
    };
    let text = |name: &str| case.get(name).and_then(Value::as_str).unwrap_or_default();
    let context: Map<String, Value> =
        case.get("context").and_then(Value::as_object).cloned().unwrap_or_default();
    let graph = json!({
        "entry": "q",
        "nodes": [
            {"id": "q", "type": "ask", "text": "?"},
            {"id": "s", "type": "set", "vars": {"x": text("text")}},
            {"id": "m", "type": "message", "text": text("text")},
            {"id": "p", "type": "message", "media": {"kind": "image", "url": text("url")}},
        ],
        "edges": [{"from": "q", "to": "s"}, {"from": "s", "to": "m"}, {"from": "m", "to": "p"}],
    });
    let mut graph = graph;
    if text("url").is_empty() {
        graph["nodes"].as_array_mut().map(Vec::pop);
        graph["edges"].as_array_mut().map(Vec::pop);
    }
    let issues = validate(&graph);
    sessions::check_issues(&json!({"graph": graph}), &issues);
    let wrong = issues.iter().any(|issue| issue.severity == Severity::Error);
    let program = compile(&graph);
    assert_eq!(program.is_err(), wrong, "{issues:?}");
    let Ok(program) = program else { return };
    let mut state = State::default();
    sessions::step(&program, &mut state, &Event::Start { at: None }, &context);
    if let Some(vars) = case.get("vars").and_then(Value::as_object) {
        state.vars.extend(
            vars.clone().into_iter().filter(|(_, value)| value.to_string().len() < 2_000).take(8),
        );
    }
    let reply = Event::Reply(Reply::text(text("input")));
    let step = sessions::step(&program, &mut state, &reply, &context);
    for message in &step.messages {
        check_address(message, text("url"));
    }
}

/// Scheme and host are the author's, where the address begins with them.
fn check_address(message: &Content, written: &str) {
    let Content::Media { url, .. } = message else { return };
    let Some((fixed, _)) = written.split_once("{{") else { return };
    let origin_is_fixed = fixed.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    if origin_is_fixed {
        assert!(url.starts_with(fixed.trim_start()), "{written:?} became {url:?}");
    }
}
