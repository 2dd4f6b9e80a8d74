//! The bodies of the console.

use agents::{KnowledgeChange, NewKnowledge, Profile, read_change, read_new, read_status};
use console::{AiStatus, NewCall, NewMessage, Recipient};
use flow::Timestamp;
use serde_json::{Value, json};
use workflows::{Definition, Simulated, Simulation, read_expected_revision, read_source};

use super::Body;

pub fn bodies() -> Vec<Body> {
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
        (
            "MakeCall",
            |b| {
                let _ = NewCall::read(b);
            },
            vec![json!({"destination": "+14155550123", "is_test_call": false})],
        ),
    ]
}

/// What no schema says of the engine's own types: serde takes `3` for a number of 32 bits, not `3.0`, and the number of
/// a variant for its name.
pub fn is_of_serde(name: &str, body: &Value) -> bool {
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
