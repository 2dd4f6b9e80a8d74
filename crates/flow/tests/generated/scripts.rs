//! Flows, rules, questions, and the fixed reply: what the console's clients write.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::conditions;
use super::texts::{console_text, phrase, said};

const ACTIONS: &[&str] = &[
    "handoff",
    "END",
    "opt_out",
    "opt_in",
    "flow:a",
    "flow: B",
    "flow:refund",
    "flow:",
    "send_mail",
    "",
];

fn action() -> impl Strategy<Value = Option<&'static str>> {
    option::of(select(ACTIONS))
}

fn step() -> impl Strategy<Value = Value> {
    let kind = select(vec!["text_response", "action", "Action ", "other", ""]);
    (kind, option::of(console_text()), option::weighted(0.3, console_text()), action()).prop_map(
        |(kind, content, followup, action)| {
            json!({"type": kind, "content": content, "followup": followup, "action": action})
        },
    )
}

fn flow_script() -> impl Strategy<Value = Value> {
    let name = select(vec!["a", "b", "A", "refund", ""]);
    let priority =
        prop_oneof![Just(5.0), Just(-0.0), any::<f64>().prop_filter("JSON", |x| x.is_finite())];
    let keyword = (phrase(), select(vec!["high", "medium", "low"]))
        .prop_map(|(keyword, weight)| json!({"keyword": keyword, "weight": weight}));
    (name, priority, proptest::bool::weighted(0.8), vec(keyword, 0..4), vec(step(), 0..5)).prop_map(
        |(name, priority, is_active, keywords, steps)| {
            json!({"name": name, "priority": priority, "is_active": is_active,
                "trigger_keywords": keywords, "conversation_steps": steps})
        },
    )
}

fn rule() -> impl Strategy<Value = Value> {
    let notes =
        select(vec!["", "is new", "{}", "[]", "{", r#"{"all": []}"#]).prop_map(str::to_owned);
    let condition =
        prop_oneof![notes, conditions::condition().prop_map(|condition| condition.to_string())];
    (
        said(),
        phrase(),
        option::of(condition),
        console_text(),
        action(),
        proptest::bool::weighted(0.8),
    )
        .prop_map(|(id, trigger, condition, response, action, enabled)| {
            json!({"id": id, "name": id, "trigger": trigger, "condition": condition,
                "response": response, "action": action, "enabled": enabled})
        })
}

/// A definition but for its graph.
pub fn scripts() -> impl Strategy<Value = Value> {
    let faq = (phrase(), console_text())
        .prop_map(|(question, answer)| json!({"question": question, "answer": answer}));
    let parts = (vec(flow_script(), 0..4), vec(rule(), 0..4), vec(faq, 0..4));
    (parts, option::of(console_text()), said()).prop_map(
        |((flows, rules, faq), fixed_reply, system_prompt)| {
            json!({"flows": flows, "rules": rules, "faq": faq, "fixed_reply": fixed_reply,
                "system_prompt": system_prompt})
        },
    )
}
