//! `/api/v1/console`: contract/console-bimpe.md, and seed 002. Here workflows, section 3; the rest in folders.

mod agents;
mod cases;
mod change;
mod conversations;
mod create;
mod fields;
mod list;
mod publish;
mod refused;
mod simulate;
mod simulated_effects;
mod versions;

use black_box::{Answer, Team};
use serde_json::{Value, json};

const WORKFLOWS: &str = "/api/v1/console/workflows";
/// No workflow has this id.
const NOBODYS: &str = "0197aef0-0000-7000-8000-000000000000";

fn path(workflow: &str) -> String {
    format!("{WORKFLOWS}/{workflow}")
}

fn minimal() -> Value {
    json!({"name": "Menu", "system_prompt": "You help."})
}

/// Every field of the contract, each with a value.
fn complete() -> Value {
    json!({
        "name": "Menu", "system_prompt": "You help.", "description": "A menu", "category": "support",
        "rules": [{
            "id": "refund", "name": "Refund", "trigger": "refund, money back", "condition": "is new",
            "response": "We refund.", "action": "open_ticket", "enabled": true,
        }],
        "flows": [{
            "name": "Hours", "description": "When", "category": "support", "priority": 7,
            "is_active": false,
            "trigger_keywords": [{"keyword": "hours", "weight": "high"}],
            "conversation_steps": [{
                "type": "text_response", "content": "9 to 17", "action": "none", "followup": "More?",
            }],
        }],
        "tags": ["a", "b"], "integrations": ["shop"], "channels": ["whatsapp"],
        "actions": ["open_ticket"],
        "guide": {"youtubeUrl": "https://youtu.be/x", "steps": ["Step 1"]},
        "faq": [{"question": "Where?", "answer": "Here."}],
        "setup_steps": ["Connect", {"title": "Test"}], "setup_time": 15,
        "video_url": "https://example.com/v",
    })
}

fn create(team: &Team, definition: &Value) -> Value {
    let created = team.request("POST", WORKFLOWS).json(definition).send();
    created.expect(201)["data"].clone()
}

fn get(team: &Team, workflow: &str) -> Value {
    team.request("GET", &path(workflow)).send().expect(200)["data"].clone()
}

fn patch(team: &Team, workflow: &str, body: &Value) -> Answer {
    team.request("PATCH", &path(workflow)).json(body).send()
}

/// `ConsoleErrorResponseDto`.
fn error(message: &Value, error: &str, code: &str, status: u16) -> Value {
    json!({
        "message": message, "error": error, "code": code, "statusCode": status, "request_id": "…",
    })
}

/// A method that its path has not is refused with those that it has.
fn names_methods(refused: &Answer, allowed: &str, asked: &str) {
    refused.is(405, &error(&json!("…"), "Method Not Allowed", "method_not_allowed", 405));
    assert_eq!(refused.header("allow"), Some(allowed), "{asked}");
}

fn invalid(messages: &Value) -> Value {
    error(messages, "Bad Request", "validation_error", 400)
}

fn not_found() -> Value {
    error(&json!("Workflow not found"), "Not Found", "not_found", 404)
}
