//! Workflows for tests: each the least that shows something.

use serde_json::{Value, json};

/// `examples/abandoned-cart.json`.
pub fn abandoned_cart() -> Value {
    example("abandoned-cart")
}

/// `examples/support-menu.json`.
pub fn support_menu() -> Value {
    example("support-menu")
}

/// `examples/welcome-days.json`: a sequence.
pub fn welcome_days() -> Value {
    example("welcome-days")
}

/// The same as a sequence.
pub fn as_sequence(mut definition: Value) -> Value {
    definition["kind"] = "sequence".into();
    definition
}

fn example(name: &str) -> Value {
    let path = crate::workspace().join(format!("examples/{name}.json"));
    let text = std::fs::read_to_string(&path).expect("an example");
    serde_json::from_str(&text).expect("JSON")
}

/// A workflow with this graph.
pub fn with_graph(name: &str, graph: &Value) -> Value {
    json!({"name": name, "system_prompt": "You help.", "graph": graph})
}

/// Asks by a template, waits, and says what was answered.
pub fn question() -> Value {
    let choices = json!([{"id": "yes", "title": "Yes"}, {"id": "no", "title": "No"}]);
    let graph = json!({
        "entry": "ask",
        "nodes": [
            {
                "id": "ask", "type": "ask", "save_as": "answer", "retries": 1, "timeout": 10,
                "template": {"name": "question", "language": "en", "variables": ["{{ context.what | default('this') }}"], "buttons": choices},
                "text": "Do you like {{ context.what | default('this') }}?", "choices": choices,
            },
            {"id": "said", "type": "message", "text": "You said {{ vars.answer }}."},
            {"id": "answered", "type": "end", "outcome": "answered"},
            {"id": "silent", "type": "end", "outcome": "no_answer"},
            {"id": "unclear", "type": "end", "outcome": "unclear"},
        ],
        "edges": [
            {"from": "ask", "to": "said"},
            {"from": "ask", "port": "timeout", "to": "silent"},
            {"from": "ask", "port": "invalid", "to": "unclear"},
            {"from": "said", "to": "answered"},
        ],
    });
    with_graph("Question", &graph)
}

/// Sends one template and ends.
pub fn notice() -> Value {
    let graph = json!({
        "entry": "notice",
        "nodes": [
            {"id": "notice", "type": "message", "template": {"name": "notice", "language": "en"}},
            {"id": "end", "type": "end", "outcome": "told"},
        ],
        "edges": [{"from": "notice", "to": "end"}],
    });
    with_graph("Notice", &graph)
}

/// Asks a contact who writes first for a text, again and again, and counts on being written to.
pub fn echo() -> Value {
    let graph = json!({
        "entry": "hello",
        "nodes": [
            {"id": "hello", "type": "ask", "text": "What is it?", "save_as": "it"},
            {"id": "again", "type": "ask", "text": "You wrote: {{ vars.it }}", "save_as": "it"},
        ],
        "edges": [{"from": "hello", "to": "again"}, {"from": "again", "to": "again"}],
    });
    with_graph("Echo", &graph)
}

/// Calls an address as the fields of its `http` node say, and tells what came of it.
pub fn calling(address: &str, fields: &Value) -> Value {
    let mut node = json!({"id": "call", "type": "http", "url": address, "save_as": "answer"});
    for (name, value) in fields.as_object().into_iter().flatten() {
        node[name] = value.clone();
    }
    let graph = json!({
        "entry": "call",
        "nodes": [
            node,
            {"id": "called", "type": "message", "text": "Answered {{ vars.answer.status }}: {{ vars.answer.body.stock }}"},
            {"id": "failed", "type": "message", "text": "Failed: {{ vars.answer.status }} {{ vars.answer.error }} {{ vars.answer.body.why }}"},
        ],
        "edges": [
            {"from": "call", "to": "called"}, {"from": "call", "port": "error", "to": "failed"},
        ],
    });
    with_graph("Calling", &graph)
}

/// A shop without a graph: two flows, three rules, a question, and what the language model is told.
pub fn shop() -> Value {
    let keyword = |keyword: &str, weight: &str| json!({"keyword": keyword, "weight": weight});
    let rule = |id: &str, trigger: &str, response: &str, action: Value| {
        json!({
            "id": id, "name": id, "trigger": trigger, "response": response, "action": action,
            "enabled": true,
        })
    };
    json!({
        "name": "Shop", "system_prompt": "You are the assistant of a tea shop.",
        "flows": [
            {
                "name": "Refund", "priority": 5.0, "is_active": true,
                "trigger_keywords": [keyword("refund", "high"), keyword("order", "low")],
                "conversation_steps": [
                    {"type": "text_response", "content": "We refund within 14 days."},
                    {"type": "question", "followup": "What is the number of your order?"},
                    {"type": "text_response", "content": "Order {{vars.answer_1}} is noted."},
                ],
            },
            {
                "name": "Delivery", "priority": 9.0, "is_active": true,
                "trigger_keywords": [keyword("order", "medium"), keyword("late", "low")],
                "conversation_steps": [{"type": "text_response", "content": "It takes three days."}],
            },
        ],
        "rules": [
            rule("hours", "opening hours, when are you open", "9 to 17.", Value::Null),
            rule("human", "a person, an agent", "One moment.", json!("handoff")),
            rule("money", "money back", "Sorry to hear that.", json!("flow:refund")),
        ],
        "faq": [{"question": "Where is the shop located?", "answer": "In Lagos."}],
    })
}
