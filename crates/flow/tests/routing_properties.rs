//! Whatever a definition says and a contact writes, routing does not panic, decides something, and leaves the session
//! waiting, completed or failed, in a state that can be stored.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code)] // Only its definitions.
mod golden;

use flow::{
    EffectResult, Event, NoPrograms, Program, Reply, Scope, State, Status, Step, Timestamp, Trace,
    advance, command, compile, validate,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// Few words, so that messages hit keywords, phrases and questions.
const WORDS: &[&str] = &[
    "refund",
    "Money back",
    "order",
    "ordre",
    "to",
    "the",
    "how",
    "étage",
    "退款",
    "как",
    "👍",
    "?!",
    "",
    " ",
    "stop",
    "l’aide",
    "a, b",
    "a\nb",
    "{{context.x}}",
    "{{ x",
    "{{ nobody }}",
    "{{vars.answer_1|upper}}",
    "{{context.x + 1}}",
    "e\u{301}\u{94D}",
    "\u{3099}",
    "123",
];

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

const CONDITIONS: &[&str] = &[
    "",
    "is new",
    "{}",
    "[]",
    "{",
    r#"{"all": []}"#,
    r#"{"all": [{"value": "{{context.x}}", "op": "exists"}]}"#,
    r#"{"any": [{"value": "{{input.text}}", "op": "contains", "to": "a"}]}"#,
    r#"{"any": [{"value": "{{context.x + 1}}", "op": "gt", "to": 1}]}"#,
];

fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![8 => select(WORDS).prop_map(str::to_owned), 1 => "\\PC{0,12}"];
    vec(word, 0..5).prop_map(|words| words.join(" "))
}

fn action() -> impl Strategy<Value = Option<&'static str>> {
    option::of(select(ACTIONS))
}

fn step() -> impl Strategy<Value = Value> {
    let kind = select(vec!["text_response", "action", "Action ", "other", ""]);
    (kind, option::of(text()), option::weighted(0.3, text()), action()).prop_map(
        |(kind, content, followup, action)| {
            json!({"type": kind, "content": content, "followup": followup, "action": action})
        },
    )
}

fn flow_script() -> impl Strategy<Value = Value> {
    let name = select(vec!["a", "b", "A", "refund", ""]);
    let priority =
        prop_oneof![Just(5.0), Just(-0.0), any::<f64>().prop_filter("JSON", |x| x.is_finite())];
    let keyword = (text(), select(vec!["high", "medium", "low"]))
        .prop_map(|(keyword, weight)| json!({"keyword": keyword, "weight": weight}));
    (name, priority, any::<bool>(), vec(keyword, 0..4), vec(step(), 0..5)).prop_map(
        |(name, priority, is_active, keywords, steps)| {
            json!({"name": name, "priority": priority, "is_active": is_active,
                "trigger_keywords": keywords, "conversation_steps": steps})
        },
    )
}

fn rule() -> impl Strategy<Value = Value> {
    let condition = option::of(select(CONDITIONS));
    (text(), text(), condition, text(), action(), any::<bool>()).prop_map(
        |(id, trigger, condition, response, action, enabled)| {
            json!({"id": id, "name": id, "trigger": trigger, "condition": condition,
                "response": response, "action": action, "enabled": enabled})
        },
    )
}

fn definition() -> impl Strategy<Value = Value> {
    let faq = (text(), text())
        .prop_map(|(question, answer)| json!({"question": question, "answer": answer}));
    let graph = json!({"entry": "q", "nodes": [{"id": "q", "type": "ask", "text": "?"}, {"id": "end", "type": "end"}],
        "edges": [{"from": "q", "to": "end"}]});
    let parts = (vec(flow_script(), 0..5), vec(rule(), 0..5), vec(faq, 0..5));
    (parts, option::of(Just(graph)), option::of(text()), text()).prop_map(
        |((flows, rules, faq), graph, fixed_reply, system_prompt)| {
            json!({"flows": flows, "rules": rules, "faq": faq, "graph": graph,
                "fixed_reply": fixed_reply, "system_prompt": system_prompt})
        },
    )
}

/// The definition without what has errors: flows in a circle, conditions that are none.
fn compiled(mut definition: Value) -> Program {
    loop {
        let parts = golden::Parts::of(&definition);
        let issues = match compile(parts.definition()) {
            Ok(program) => return program,
            Err(issues) => issues,
        };
        assert_eq!(issues, validate(parts.definition()));
        let error = issues.iter().find(|issue| issue.severity == flow::Severity::Error).unwrap();
        *definition.pointer_mut(&error.path).unwrap() = Value::Null;
    }
}

#[derive(Debug, Clone)]
enum Happening {
    Message(String),
    Reply(String),
    Result(EffectResult),
}

fn happening() -> impl Strategy<Value = Happening> {
    let result = prop_oneof![
        Just(EffectResult::TimedOut),
        Just(EffectResult::Label { label: "a".to_owned() }),
        text().prop_map(|text| EffectResult::Reply { text }),
    ];
    prop_oneof![
        2 => text().prop_map(Happening::Message),
        3 => text().prop_map(Happening::Reply),
        1 => result.prop_map(Happening::Result),
    ]
}

fn check(event: &Event, step: &Step, state: &State) {
    let waits = matches!(step.status, Status::Waiting { .. });
    assert_eq!(waits, state.node.is_some());
    if matches!(step.status, Status::Failed { .. }) {
        assert!(step.messages.is_empty() && step.changes.is_empty());
    }
    if matches!(event, Event::Message(_)) && step.route.is_none() {
        assert!(matches!(step.status, Status::Failed { .. }), "a message is routed");
    }
    let routed = step.trace.iter().any(|trace| matches!(trace, Trace::Routed { .. }));
    assert_eq!(routed, step.route.is_some());
    let stored = serde_json::to_string(state).unwrap();
    assert_eq!(&serde_json::from_str::<State>(&stored).unwrap(), state);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_message_to_any_definition_is_routed(
        definition in definition(),
        happenings in vec(happening(), 1..8),
        has_model in any::<bool>(),
        graph_runs in any::<bool>(),
    ) {
        let program = compiled(definition);
        let scope = Scope {
            now: Timestamp(0), context: &Map::from_iter([("x".to_owned(), json!(1))]), contact: &Value::Null,
            programs: &NoPrograms, has_model, graph_runs,
        };
        let mut state = State::default();
        for happening in happenings {
            let event = match happening {
                Happening::Message(text) => Event::Message(Reply::text(text)),
                Happening::Reply(text) => Event::Reply(Reply::text(text)),
                Happening::Result(result) => Event::Result { effect: state.effect, result },
            };
            let mut again = state.clone();
            let step = advance(&program, &mut state, &event, &scope);
            check(&event, &step, &state);
            prop_assert_eq!(&step, &advance(&program, &mut again, &event, &scope), "the same again");
        }
    }

    #[test]
    fn any_text_may_be_a_command(text in "\\PC{0,20}", waits in any::<bool>()) {
        let _ = command(&text, waits);
    }
}
