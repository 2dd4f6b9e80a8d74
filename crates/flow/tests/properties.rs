//! Whatever comes in, nothing panics: any JSON as a graph, any events for a session. What must hold after each event is
//! in `generated/checks.rs`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod generated;
#[allow(dead_code)] // Only its definitions.
mod golden;

use std::collections::{BTreeMap, HashMap};

use flow::{Severity, State, Status, Step, Trace, command, compile, validate};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use self::generated::{Play, definition, happening, world};

/// Words that the language knows, so that made-up graphs get beyond the first check.
const WORDS: &[&str] = &[
    "entry",
    "nodes",
    "edges",
    "id",
    "type",
    "from",
    "to",
    "port",
    "text",
    "template",
    "name",
    "language",
    "variables",
    "buttons",
    "title",
    "header",
    "footer",
    "choices",
    "description",
    "button",
    "expect",
    "save_as",
    "retries",
    "retry_text",
    "timeout",
    "cases",
    "when",
    "all",
    "any",
    "value",
    "op",
    "outcome",
    "message",
    "ask",
    "branch",
    "end",
    "handoff",
    "choice",
    "number",
    "email",
    "equals",
    "gt",
    "contains",
    "exists",
    "between",
    "in",
    "matches",
    "has_any_word",
    "has_phrase",
    "is_date",
    "date_before",
    "phone",
    "date",
    "media",
    "location",
    "country_code",
    "next",
    "else",
    "invalid",
    "a",
    "b",
    "",
    "~/",
    "{{context.x}}",
    "{{",
    "}}",
    "{{ x }}",
    "{{ context.x|upper",
    "{{'a'*9}}",
    "{{ context.x.y[0]|length }}",
    "{%",
    "\u{FDD0}% set x = 1 %\u{FDD0}",
    "é\u{301}🙂",
    "1,299.00",
    "{{ -context.x // 0 }}",
    "{{ context[vars] }}",
    "http",
    "ai",
    "set",
    "consent",
    "wait",
    "split",
    "call",
    "url",
    "https://a.example/{{context.x}}",
    "method",
    "POST",
    "headers",
    "body",
    "labels",
    "history",
    "input",
    "vars",
    "contact",
    "add_tags",
    "action",
    "opt_out",
    "minutes",
    "until",
    "09:30",
    "2026-12-24",
    "arms",
    "weight",
    "key",
    "{{ context.x|number(2)|date('%d.%m.%Y')|replace('1', context.x)|split|join(context.x) }}",
    "{{ context.x[0]['a b']|round|int|first|last }}",
    "2026-05-07",
    "24/12/2026",
    "+1 415 555 0123",
    "(a|b)*$",
    "[",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![4 => proptest::sample::select(WORDS).prop_map(str::to_owned), 1 => "\\PC{0,30}"]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 80, 8, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((word(), inner), 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_can_be_validated(graph in any_json()) {
        let issues = validate(&graph);
        let broken = issues.iter().any(|issue| issue.severity == Severity::Error);
        prop_assert_eq!(compile(&graph).is_err(), broken);
    }

    #[test]
    fn any_made_up_nodes_can_be_validated(nodes in any_json(), edges in any_json(), entry in any_json()) {
        let _ = validate(&json!({"entry": entry, "nodes": nodes, "edges": edges}));
        let _ = validate(&json!({"entry": "a", "nodes": [nodes, {"id": "a", "type": "ask", "choices": edges, "template": entry}]}));
    }

    #[test]
    fn any_field_of_a_node_may_be_anything(
        definition in definition(0),
        node in any::<proptest::sample::Index>(),
        field in word(),
        value in any_json(),
    ) {
        let mut graph = definition["graph"].clone();
        if let Some(nodes) = graph["nodes"].as_array_mut() {
            let node = node.index(nodes.len());
            let fields = nodes[node].as_object_mut().unwrap();
            fields.insert(field, value);
        }
        let issues = validate(&graph);
        let broken = issues.iter().any(|issue| issue.severity == Severity::Error);
        prop_assert_eq!(compile(&graph).is_err(), broken);
    }

    #[test]
    fn any_text_may_be_a_command(text in "\\PC{0,20}", waits in any::<bool>()) {
        let _ = command(&text, waits);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Nothing panics, every limit is kept, no session is stuck, whatever definitions validate and whatever happens;
    /// the state is stored and read back between any two events, and the same inputs give the same outputs: see
    /// `generated/checks.rs`.
    #[test]
    fn any_events_can_happen_to_any_workflows_that_validate(
        (definitions, context) in world(),
        happenings in vec(happening(), 1..16),
    ) {
        let mut play = Play::new(&definitions, context);
        for happening in &happenings {
            play.turn(happening);
        }
    }
}

/// What was seen in many plays, and how often.
#[derive(Default)]
struct Seen(BTreeMap<String, usize>);

impl Seen {
    fn add(&mut self, what: impl std::fmt::Display) {
        *self.0.entry(what.to_string()).or_default() += 1;
    }

    fn turn(&mut self, types: &HashMap<String, String>, step: &Step, state: &State) {
        self.add(format_args!("awaits {:?}", state.awaits));
        self.add(format_args!("callers {}", state.callers.len().min(2)));
        if let Some(route) = step.route {
            self.add(format_args!("route {route:?}"));
        }
        match &step.status {
            Status::Failed { code, .. } => self.add(format_args!("failed {code}")),
            Status::Completed { .. } => self.add("completed"),
            Status::Waiting { .. } => {}
        }
        for trace in &step.trace {
            match trace {
                Trace::Left { node, port, .. } if !node.starts_with('#') => {
                    let own = ["next", "invalid", "timeout", "else", "error"];
                    let port = if own.contains(&port.as_str()) { port.as_str() } else { "<id>" };
                    self.add(format_args!("{} {port}", types[node]));
                }
                Trace::Left { node, port, to: Some(_) } if node == "#model" => {
                    self.add(format_args!("model {}", &port[..port.len().min(5)]));
                }
                Trace::Entered { node } if !node.starts_with('#') => self.add(&types[node]),
                other => {
                    let json = serde_json::to_value(other).unwrap();
                    self.add(format_args!("traced {}", json["type"].as_str().unwrap()));
                }
            }
        }
    }
}

/// What generated definitions and events must often lead to, for the property above to say much.
const OFTEN: &[&str] = &[
    "message next",
    "ask <id>",
    "ask next",
    "ask invalid",
    "ask timeout",
    "branch <id>",
    "branch else",
    "split <id>",
    "wait next",
    "set next",
    "http next",
    "http error",
    "ai <id>",
    "ai next",
    "ai error",
    "call next",
    "call error",
    "consent next",
    "handoff",
    "end",
    "awaits Nothing",
    "awaits Reply",
    "awaits Time",
    "awaits Effect",
    "callers 1",
    "callers 2",
    "route Flow",
    "route Rule",
    "route Faq",
    "route Graph",
    "route Model",
    "route Fixed",
    "model flow:",
    "model error",
    "completed",
    "failed template_failed",
    "failed template_limit",
    "failed vars_limit",
    "failed turn_limit",
    "failed step_limit",
    "failed no_graph",
    "failed node_not_found",
    "traced missing",
    "traced uncomputed",
    "traced saved",
    "traced refused",
    "traced cut",
    "traced requested",
    "traced failed",
    "traced called",
    "traced returned",
    "traced changed",
    "traced skipped",
    "traced considered",
    "traced ignored",
];

#[test]
fn generated_sessions_come_everywhere_often() {
    let mut runner = TestRunner::deterministic();
    let (worlds, events) = (world(), vec(happening(), 15));
    let mut seen = Seen::default();
    for _ in 0..400 {
        let (definitions, context) = worlds.new_tree(&mut runner).unwrap().current();
        let nodes = definitions.iter().flat_map(|d| d["graph"]["nodes"].as_array()).flatten();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let types = nodes.map(|node| (text(&node["id"]), text(&node["type"]))).collect();
        let mut play = Play::new(&definitions, context);
        for happening in events.new_tree(&mut runner).unwrap().current() {
            let (step, state) = play.turn(&happening);
            seen.turn(&types, &step, &state);
        }
    }
    let count = |what: &&str| seen.0.get(*what).copied().unwrap_or(0);
    let seldom: Vec<_> = OFTEN.iter().filter(|what| count(what) < 5).collect();
    assert!(seldom.is_empty(), "seldom: {seldom:?} of {:#?}", seen.0);
}
