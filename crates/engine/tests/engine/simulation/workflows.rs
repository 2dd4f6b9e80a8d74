//! The workflows of a run: they use whatever can go wrong between two turns, and say of everything what they did.
//!
//! Each answer is noted in the contact's field `trail`, in the turn that says `got`: so the field tells, in order, what
//! reached the contact, and a change that is lost, doubled or made twice from the same value shows.

use serde_json::{Value, json};
use uuid::Uuid;

use super::setup::{campaign, offer, welcome};

/// Where `http` nodes call.
pub const SHOP: &str = "http://shop.test/served";

/// What the offer calls.
pub fn confirm() -> Uuid {
    Uuid::from_u128(3)
}

/// What a contact writes to leave, or to agree, within a workflow.
pub const LEAVE: &str = "leave";
pub const AGREE: &str = "agree";

/// All workflows in a version, which every text names.
pub fn all(version: u32) -> [(Uuid, Value); 4] {
    [
        (confirm(), confirm_graph(version)),
        (offer(), offer_graph(version)),
        (welcome(), welcome_graph(version)),
        (campaign(), campaign_graph(version)),
    ]
}

/// Minutes between two steps of the sequence.
pub const BETWEEN: [u64; 2] = [4, 7];

/// Three steps, of which the first names the cart.
pub fn campaign_graph(version: u32) -> Value {
    let step = |n: usize, variables: &Value| {
        let name = format!("v{version} step {n}");
        json!({"id": format!("step {n}"), "type": "message",
            "template": {"name": name, "language": "en", "variables": variables}})
    };
    let wait = |id: &str, minutes: u64| json!({"id": id, "type": "wait", "minutes": minutes});
    json!({"entry": "step 1", "nodes": [
        step(1, &json!(["{{context.cart}}"])), wait("w1", BETWEEN[0]),
        step(2, &json!([])), wait("w2", BETWEEN[1]), step(3, &json!([])),
    ], "edges": [
        {"from": "step 1", "to": "w1"}, {"from": "w1", "to": "step 2"},
        {"from": "step 2", "to": "w2"}, {"from": "w2", "to": "step 3"},
    ]})
}

fn note() -> Value {
    json!({"id": "note", "type": "set", "add_tags": ["{{input.text}}"],
        "contact": {"trail": "{{contact.metadata.trail}}{{input.text}};"}})
}

/// An opening that names the cart, then an echo, which goes through another workflow.
fn offer_graph(version: u32) -> Value {
    json!({"entry": "open", "nodes": [
        {"id": "open", "type": "ask", "timeout": 20, "template":
            {"name": format!("v{version} open"), "language": "en", "variables": ["{{context.cart}}"]}},
        note(),
        {"id": "got", "type": "message", "text": format!("v{version} got {{{{input.text}}}}")},
        {"id": "sure", "type": "call", "workflow": confirm().to_string()},
        {"id": "more", "type": "ask", "text": format!("v{version} more?"), "timeout": 15},
        {"id": "bye", "type": "message", "text": format!("v{version} bye")},
    ], "edges": [
        {"from": "open", "to": "note"}, {"from": "more", "to": "note"}, {"from": "note", "to": "got"},
        {"from": "got", "to": "sure"}, {"from": "sure", "to": "more"}, {"from": "sure", "port": "error", "to": "bye"},
        {"from": "open", "port": "timeout", "to": "bye"}, {"from": "more", "port": "timeout", "to": "bye"},
    ]})
}

/// Called by the offer: a question, and an echo.
pub fn confirm_graph(version: u32) -> Value {
    json!({"entry": "sure", "nodes": [
        {"id": "sure", "type": "ask", "text": format!("c{version} sure?"), "timeout": 10},
        note(),
        {"id": "got", "type": "message", "text": format!("c{version} got {{{{input.text}}}}")},
    ], "edges": [{"from": "sure", "to": "note"}, {"from": "note", "to": "got"}]})
}

/// A greeting, then an echo that names who served it; and words to agree and to leave.
fn welcome_graph(version: u32) -> Value {
    let starts = |id: &str, word: &str| {
        json!({"id": id, "when": {"all": [
            {"value": "{{input.text}}", "op": "starts_with", "to": word}]}})
    };
    let got = format!(
        "v{version} got {{{{input.text}}}} by {{{{vars.served.body.serial|default('nobody')}}}}"
    );
    json!({"entry": "ask", "nodes": [
        {"id": "ask", "type": "ask", "text": format!("v{version} hello")},
        {"id": "call", "type": "http", "method": "POST", "url": SHOP, "timeout": 5, "save_as": "served",
            "body": {"text": "{{input.text}}"}},
        note(),
        {"id": "got", "type": "message", "text": got},
        {"id": "says", "type": "branch", "cases": [starts("leave", LEAVE), starts("agree", AGREE)]},
        {"id": "leave", "type": "consent", "action": "opt_out", "text": format!("v{version} left")},
        {"id": "agree", "type": "consent", "action": "opt_in", "text": format!("v{version} agreed")},
        {"id": "more", "type": "ask", "text": format!("v{version} more?")},
    ], "edges": [
        {"from": "ask", "to": "call"}, {"from": "more", "to": "call"},
        {"from": "call", "to": "note"}, {"from": "call", "port": "error", "to": "note"},
        {"from": "note", "to": "got"}, {"from": "got", "to": "says"},
        {"from": "says", "port": "leave", "to": "leave"}, {"from": "says", "port": "agree", "to": "agree"},
        {"from": "says", "port": "else", "to": "more"}, {"from": "leave", "to": "more"},
        {"from": "agree", "to": "more"},
    ]})
}
