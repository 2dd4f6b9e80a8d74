//! Whatever comes in, nothing panics: any JSON as a graph, any events for a session. And a session can be stored
//! between any two events.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use flow::{
    Event, NoPrograms, Reply, ReplyKind, Scope, Severity, State, Status, Timestamp, advance,
    compile, validate,
};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

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

/// A node with the right type and made-up fields over good ones.
fn node(id: usize) -> impl Strategy<Value = Value> {
    let good = proptest::sample::select(vec![
        json!({"type": "message", "text": "{{context.x}} {{vars.v|upper}}"}),
        json!({"type": "message", "text": "{{input.text}}", "buttons": [{"id": "a", "title": "{{context.x}}"}]}),
        json!({"type": "message", "template": {"name": "t", "language": "en", "variables": {"a": "{{context.x}}"}}}),
        json!({"type": "ask", "text": "q", "save_as": "v", "timeout": 0.5}),
        json!({"type": "ask", "text": "q", "expect": "number", "retries": 0, "save_as": "v"}),
        json!({"type": "ask", "text": "q", "choices": [{"id": "a", "title": "A"}, {"id": "b", "title": "{{vars.v}}"}]}),
        json!({"type": "branch", "cases": [
            {"id": "a", "when": {"all": [{"value": "{{context.x}}", "op": "gt", "to": "{{vars.v}}"}]}},
            {"id": "b", "when": {"any": [{"value": "{{input.text}}", "op": "contains", "to": "{{context.x}}"}]}},
        ]}),
        json!({"type": "branch", "cases": [
            {"id": "a", "when": {"all": [
                {"value": "{{context.x}}", "op": "between", "to": ["{{vars.v}}", 5]},
                {"any": [{"value": "{{context.x}}", "op": "matches", "to": "(a*)*b$"}, {"value": "{{vars.v}}", "op": "date_before", "to": "{{context.x}}"}]},
            ]}},
            {"id": "b", "when": {"any": [
                {"value": "{{context.x}}", "op": "in", "to": "{{vars.v}}"}, {"value": "{{input.text}}", "op": "has_all_words", "to": "{{context.x}}"},
                {"value": "{{context.x}}", "op": "has_phrase", "to": "{{input.text}}"}, {"value": "{{context.x}}", "op": "is_phone"},
            ]}},
        ]}),
        json!({"type": "ask", "text": "{{context.x|number(2)}} {{context.x|date('%d.%m.%Y')}}", "expect": "date", "save_as": "v"}),
        json!({"type": "ask", "text": "q", "expect": "phone", "country_code": "1", "retries": 1}),
        json!({"type": "handoff", "text": "{{context.x + 1}}"}),
        json!({"type": "end", "outcome": "{{vars.v}}"}),
    ]);
    let other = proptest::option::weighted(0.1, (word(), any_json()));
    (good, other).prop_map(move |(mut node, other)| {
        node["id"] = json!(format!("n{id}"));
        if let Some((field, value)) = other {
            node[field] = value;
        }
        node
    })
}

const NODES: usize = 6;

fn graph() -> impl Strategy<Value = Value> {
    let nodes: Vec<_> = (0..NODES).map(node).collect();
    let port = proptest::sample::select(vec!["next", "a", "b", "else", "timeout", "invalid"]);
    let edges = vec((0..NODES, port, 0..=NODES), 0..24);
    (nodes, edges).prop_map(|(nodes, edges)| {
        let edges = edges.into_iter().map(|(from, port, to)| {
            json!({"from": format!("n{from}"), "port": port, "to": format!("n{to}")})
        });
        json!({"entry": "n0", "nodes": nodes, "edges": edges.collect::<Vec<_>>()})
    })
}

/// The graph without what validation calls wrong with edges and single nodes, so that more of them can be played.
fn repaired(mut graph: Value) -> Value {
    for _ in 0..40 {
        let issues = validate(&graph);
        let Some(issue) = issues.into_iter().find(|issue| issue.severity == Severity::Error) else {
            break;
        };
        let at: Vec<&str> = issue.path.split('/').collect();
        let index = |text: &str| text.parse::<usize>().ok();
        match (at.get(2).copied(), at.get(3).and_then(|text| index(text)), issue.code) {
            (Some("edges"), Some(edge), _) => {
                drop(graph["edges"].as_array_mut().unwrap().remove(edge))
            }
            (Some("nodes"), Some(node), _) => {
                let id = graph["nodes"][node]["id"].clone();
                graph["nodes"][node] = json!({"id": format!("n{node}"), "type": "end"});
                let edges = graph["edges"].as_array_mut().unwrap();
                edges.retain(|edge| edge["from"] != id && edge["from"] != format!("n{node}"));
            }
            _ => break,
        }
    }
    graph
}

#[derive(Debug, Clone)]
enum Happening {
    Start(Option<String>),
    Reply(Reply),
    Timeout,
}

fn happening() -> impl Strategy<Value = Happening> {
    let kind = proptest::sample::select(vec![
        ReplyKind::Text,
        ReplyKind::Button,
        ReplyKind::Image,
        ReplyKind::Other,
    ]);
    let reply = (kind, word(), proptest::option::of(word()))
        .prop_map(|(kind, text, payload)| Reply { kind, text, payload, ..Reply::default() });
    prop_oneof![
        1 => proptest::option::of(0..=NODES).prop_map(|node| Happening::Start(node.map(|node| format!("n{node}")))),
        5 => reply.prop_map(Happening::Reply),
        2 => Just(Happening::Timeout),
    ]
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
    fn any_events_can_happen(graph in graph(), x in any_json(), events in vec((happening(), 0..100_000_u64), 0..12)) {
        let Ok(program) = compile(&repaired(graph)) else {
            return Ok(());
        };
        let context = Map::from_iter([("x".to_owned(), x)]);
        let mut stored = "{}".to_owned();
        let mut now = 0;
        for (happening, later) in events {
            now += later;
            let mut state: State = serde_json::from_str(&stored).unwrap();
            let scope = Scope { now: Timestamp(now), context: &context, contact: &Value::Null, programs: &NoPrograms, has_model: false };
            let event = match &happening {
                Happening::Start(at) => Event::Start { at: at.clone() },
                Happening::Reply(reply) => Event::Reply(reply.clone()),
                Happening::Timeout => Event::Timeout,
            };
            let mut again = state.clone();
            let step = advance(&program, &mut state, &event, &scope);
            prop_assert_eq!(&step, &advance(&program, &mut again, &event, &scope), "the same again");
            prop_assert_eq!(matches!(step.status, Status::Waiting { .. }), state.node.is_some());
            if matches!(step.status, Status::Failed { .. }) {
                prop_assert!(step.messages.is_empty());
            }
            stored = serde_json::to_string(&state).unwrap();
            prop_assert_eq!(serde_json::from_str::<State>(&stored).unwrap(), state);
        }
    }
}

#[test]
fn most_made_up_graphs_can_be_played() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = graph();
    let playable = (0..200).filter(|_| {
        let tree = strategy.new_tree(&mut runner).unwrap();
        compile(&repaired(tree.current())).is_ok()
    });
    let playable = playable.count();
    assert!(playable > 100, "only {playable} of 200: the property above would say little");
}
