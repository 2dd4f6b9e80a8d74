//! What a schema of a body refuses its reader refuses, and the other way round: of thousands of bodies, each of which is
//! a good one with one thing changed.

use agents::{KnowledgeChange, NewKnowledge, Profile, read_change, read_new, read_status};
use console::{AiStatus, NewMessage, Recipient};
use fields::{Object, refusals};
use flow::Timestamp;
use serde_json::{Value, json};
use workflows::{Definition, Simulated, Simulation, read_expected_revision, read_source};

use crate::validator;

type Read = fn(&Object<'_, '_>);

/// The bodies: the schema, its reader, and good ones.
fn bodies() -> Vec<(&'static str, Read, Vec<Value>)> {
    let workflow = json!({
        "name": "W", "system_prompt": "p", "description": "d", "category": "c", "tags": ["a"],
        "rules": [{"id": "r", "name": "n", "trigger": "t", "condition": "c", "response": "r", "action": "a", "enabled": true}],
        "flows": [{"name": "f", "description": "d", "category": "c", "priority": 5, "is_active": true,
            "trigger_keywords": [{"keyword": "k", "weight": "high"}],
            "conversation_steps": [{"type": "t", "content": "c", "action": "a", "followup": "f"}]}],
        "integrations": ["a"], "channels": ["a"], "actions": ["a"],
        "guide": {"youtubeUrl": "https://example.com/x", "steps": ["a"]},
        "faq": [{"question": "q", "answer": "a"}], "setup_steps": ["a", {}], "setup_time": 3,
        "video_url": "https://example.com/x", "graph": {}, "kind": "sequence", "trigger_type": "manual",
        "settings": {"session_ttl_minutes": 30, "auto_publish": false, "fixed_reply": "f"},
    });
    let agent = json!({
        "workflow_id": "w", "name": "A", "description": "d", "language": "en", "persona": "concise", "timezone": "UTC",
        "logo": "https://example.com/x", "business_name": "b", "business_address": "b", "business_email": "a@example.com",
        "business_description": "b", "escalation_email": "a@example.com",
    });
    let phone = json!({"message": "m", "role": "user", "channel_type": "whatsapp", "channel_user_id": "+14155550100",
        "channel_username": "u", "is_test_channel": true});
    let visitor = json!({"message": "m", "channel_type": "webchat",
        "channel_user_id": "6f0f5a52-3f0e-4c8e-9d0b-1d8f6b0a2c11"});
    let known = json!({"message": "m", "conversation_id": "c"});
    vec![
        ("CreateWorkflow", |b| Definition::default().apply(b, true), vec![workflow.clone()]),
        (
            "UpdateWorkflow",
            |b| {
                Definition::default().apply(b, false);
                let _ = read_expected_revision(b);
            },
            vec![json!({"expected_revision": 3}), workflow],
        ),
        ("CloneWorkflow", |b| drop(read_source(b)), vec![json!({"source_workflow_id": "w"})]),
        (
            "SimulateWorkflow",
            |b| {
                let _ = (Simulation::read(b, Timestamp(0)), Simulated::read(b));
            },
            vec![
                json!({"event": {"type": "start"}, "version": 1, "context": {"a": 1}, "contact": {}, "now": 5, "has_model": true}),
                json!({"event": {"type": "reply", "kind": "button", "text": "Yes", "payload": "y"},
                "state": {"node": "a", "awaits": "reply", "vars": {"a": 1}, "attempts": 1, "deadline": 5}}),
                json!({"event": {"type": "timeout"}, "definition": {"graph": {}}, "now": "2026-05-07T08:14:23Z"}),
                json!({"event": {"type": "result", "effect": 1, "result": {"type": "http", "status": 200, "body": null}}}),
            ],
        ),
        ("CreateAgent", |b| drop(read_new(b)), vec![agent.clone()]),
        ("UpdateAgent", |b| drop(read_change(b, &mut Profile::default())), vec![agent]),
        (
            "SetAgentStatus",
            |b| drop(read_status(b)),
            vec![json!({"status": "live", "status_reason": "r"})],
        ),
        (
            "CreateKnowledgeBase",
            |b| drop(NewKnowledge::read(b)),
            vec![
                json!({"type": "text", "name": "n", "description": "d", "content": "c"}),
                json!({"type": "url", "name": "n", "url": "https://example.com"}),
            ],
        ),
        (
            "UpdateKnowledgeBase",
            |b| drop(KnowledgeChange::read(b)),
            vec![json!({"name": "n", "description": "d", "content": "c"})],
        ),
        (
            "SendMessage",
            |b| drop(NewMessage::read(b)),
            vec![json!({"message": "m", "role": "assistant"})],
        ),
        (
            "SendMessageToContact",
            |b| {
                let _ = (NewMessage::read(b), Recipient::read(b));
            },
            vec![phone, visitor, known],
        ),
        (
            "AiStatus",
            |b| {
                let _ = AiStatus::read(b);
            },
            vec![json!({"is_ai_chat_paused": true})],
        ),
    ]
}

/// Places below which everything is the author's own.
const FREE: [&str; 6] = ["/graph/", "/setup_steps/", "/vars/", "/context/", "/contact/", "/body"];

fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    if FREE.iter().any(|free| path.contains(free)) {
        return;
    }
    found.push(path.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| places(value, &format!("{path}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, v)| places(v, &format!("{path}/{i}"), found));
        }
        _ => {}
    }
}

/// What is put in the place of a value: of other types, blank, at a limit and beyond.
fn replacements() -> Vec<Value> {
    let mut new = vec![
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(3.0),
        json!(10),
        json!(11),
        json!(43_200),
        json!(43_201),
        json!(1u64 << 53),
        json!(""),
        json!(" "),
        json!("a b"),
        json!("high"),
        json!("https://example.com/y"),
        json!("a@b"),
        json!([]),
        json!({}),
        json!([7]),
        json!([""]),
        json!([[]]),
        json!([{}]),
        json!({"x": 7}),
    ];
    for most in [10, 50, 64, 100, 200, 254, 255, 500, 1_000, 2_000, 2_048, 2_500, 4_096, 10_000] {
        new.extend([most, most + 1].map(|length| Value::from("x".repeat(length))));
    }
    new
}

fn changed(good: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    places(good, "", &mut found);
    let mut all = vec![good.clone()];
    for path in found {
        for new in replacements() {
            let mut body = good.clone();
            *body.pointer_mut(&path).unwrap() = new;
            all.push(body);
        }
        let Some((parent, name)) = path.rsplit_once('/') else { continue };
        let mut body = good.clone();
        if let Some(fields) = body.pointer_mut(parent).unwrap().as_object_mut() {
            fields.shift_remove(name);
            all.push(body.clone());
            let fields = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            fields.insert("nonsense".to_owned(), json!(1));
            all.push(body);
        }
    }
    all
}

/// What no schema says of the engine's own types: serde takes `3` for a number of 32 bits, not `3.0`, and the number of
/// a variant for its name.
fn is_of_serde(name: &str, body: &Value) -> bool {
    fn any(value: &Value, is: &dyn Fn(&str, &Value) -> bool) -> bool {
        match value {
            Value::Object(fields) => {
                fields.iter().any(|(name, value)| is(name, value) || any(value, is))
            }
            _ => false,
        }
    }
    let odd = |name: &str, value: &Value| {
        (value.is_f64() && value.as_f64().is_some_and(|n| n.fract() == 0.0))
            || (name == "type" && value.is_number())
    };
    name == "SimulateWorkflow" && (any(&body["state"], &odd) || any(&body["event"], &odd))
}

#[test]
fn a_schema_refuses_what_the_reader_refuses_and_nothing_else() {
    let (mut count, mut wrong) = (0, Vec::new());
    for (name, read, good) in bodies() {
        let validator = validator(name);
        for body in good.iter().flat_map(changed) {
            count += 1;
            let (errors, fits) = (refusals(&body, read), validator.is_valid(&body));
            if errors.is_empty() != fits && !is_of_serde(name, &body) {
                let why: Vec<String> =
                    validator.iter_errors(&body).map(|e| e.to_string()).collect();
                let body: String = body.to_string().chars().take(300).collect();
                wrong.push(format!("{name}: {body}\n  reader: {errors:?}\n  schema: {why:?}"));
            }
        }
        for good in good {
            crate::assert_fits(name, &good);
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 3_000, "{count}");
}
