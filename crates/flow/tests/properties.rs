//! Whatever comes in, nothing panics: any JSON as a graph, any events for a session. And a session can be stored
//! between any two events.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use flow::{
    Awaits, EffectResult, Event, NoPrograms, Reply, ReplyKind, Scope, Severity, State, Status,
    Step, Timestamp, Trace, advance, compile, validate,
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

/// Nodes that talk with the contact.
fn talking() -> Vec<Value> {
    vec![
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
    ]
}

/// Nodes that do something else.
fn acting() -> Vec<Value> {
    vec![
        json!({"type": "http", "url": "https://a.example/{{context.x}}", "save_as": "v"}),
        json!({"type": "http", "url": "{{context.x}}", "method": "POST", "headers": {"X-A": "{{vars.v}}"},
            "body": {"x": ["{{context.x}}"], "v": "{{vars.v}}!"}}),
        json!({"type": "ai", "prompt": "{{context.x}}", "save_as": "v"}),
        json!({"type": "ai", "input": "{{input.text}}x", "labels": [{"id": "a"}, {"id": "b"}], "save_as": "v"}),
        json!({"type": "set", "vars": {"v": "{{context.x}}", "w": [{"v": "{{vars.v}}", "w": "{{vars.w}}"}]}}),
        json!({"type": "set", "contact": {"name": "{{context.x}}", "v": "{{vars.v}}"}, "add_tags": ["{{input.text}}"],
            "remove_tags": ["{{contact.tags[0]}}"]}),
        json!({"type": "consent", "action": "opt_out", "text": "{{context.x}}"}),
        json!({"type": "wait", "minutes": 0.5}),
        json!({"type": "wait", "minutes": "{{context.x}}"}),
        json!({"type": "wait", "until": "{{context.x}}", "utc_offset": "+02:00"}),
        json!({"type": "wait", "until": "00:01"}),
        json!({"type": "split", "arms": [{"id": "a", "weight": 3}, {"id": "b"}]}),
        json!({"type": "call", "workflow": "none", "with": {"v": "{{vars.v}}"}}),
    ]
}

/// A node with the right type and made-up fields over good ones.
fn node(id: usize) -> impl Strategy<Value = Value> {
    let good =
        prop_oneof![proptest::sample::select(talking()), proptest::sample::select(acting()),];
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
    let port =
        proptest::sample::select(vec!["next", "a", "b", "else", "timeout", "invalid", "error"]);
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
    /// Of the effect that the session waits for, or of one that it does not know.
    Result(EffectResult, bool),
}

fn result() -> impl Strategy<Value = EffectResult> {
    prop_oneof![
        3 => (100..600_u16, any_json()).prop_map(|(status, body)| EffectResult::Http { status, body }),
        2 => word().prop_map(|text| EffectResult::Reply { text }),
        2 => word().prop_map(|label| EffectResult::Label { label }),
        1 => (word(), word()).prop_map(|(code, message)| EffectResult::Failed { code, message }),
        1 => Just(EffectResult::TimedOut),
    ]
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
        4 => (result(), proptest::bool::weighted(0.9)).prop_map(|(result, known)| Happening::Result(result, known)),
    ]
}

/// A session is over, or it waits for something that can come: an answer, a time ahead, or the result of an effect
/// that it asked for.
fn check_that_it_can_go_on(step: &Step, state: &State, now: u64) -> Result<(), TestCaseError> {
    let is_ignored = matches!(step.trace[..], [Trace::Ignored { .. }]);
    match (&step.status, state.awaits) {
        (Status::Waiting { deadline }, Awaits::Time) => {
            prop_assert_eq!(*deadline, state.deadline);
            prop_assert!(is_ignored || deadline.is_some_and(|deadline| deadline.0 > now));
            prop_assert!(deadline.is_some());
        }
        (Status::Waiting { deadline }, Awaits::Effect) => {
            prop_assert_eq!(*deadline, None);
            prop_assert!(is_ignored || step.effect.is_some());
        }
        (Status::Waiting { deadline }, Awaits::Reply) => prop_assert_eq!(*deadline, state.deadline),
        (Status::Waiting { .. }, Awaits::Nothing) => prop_assert!(false, "stuck"),
        (Status::Completed { .. } | Status::Failed { .. }, awaits) => {
            prop_assert_eq!((awaits, &state.node, state.deadline), (Awaits::Nothing, &None, None));
        }
    }
    if let Some(effect) = &step.effect {
        prop_assert_eq!((effect.number, state.awaits), (state.effect, Awaits::Effect));
    }
    Ok(())
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
        let mut contact = json!({"id": "c", "name": "Ana"});
        let mut stored = "{}".to_owned();
        let mut now = 0;
        for (happening, later) in events {
            now += later;
            let mut state: State = serde_json::from_str(&stored).unwrap();
            let scope = Scope { now: Timestamp(now), context: &context, contact: &contact, programs: &NoPrograms, has_model: true, graph_runs: false };
            let event = match &happening {
                Happening::Start(at) => Event::Start { at: at.clone() },
                Happening::Reply(reply) => Event::Reply(reply.clone()),
                Happening::Timeout => Event::Timeout,
                Happening::Result(result, known) => {
                    Event::Result { effect: state.effect + u32::from(!known), result: result.clone() }
                }
            };
            let mut again = state.clone();
            let step = advance(&program, &mut state, &event, &scope);
            prop_assert_eq!(&step, &advance(&program, &mut again, &event, &scope), "the same again");
            prop_assert_eq!(matches!(step.status, Status::Waiting { .. }), state.node.is_some());
            if matches!(step.status, Status::Failed { .. }) {
                prop_assert!(step.messages.is_empty() && step.changes.is_empty());
            }
            check_that_it_can_go_on(&step, &state, now)?;
            step.changes.iter().for_each(|change| change.apply_to(&mut contact));
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
    let graphs = (0..200).map(|_| repaired(strategy.new_tree(&mut runner).unwrap().current()));
    let programs: Vec<_> = graphs.filter_map(|graph| compile(&graph).ok()).collect();
    let context = Map::from_iter([("x".to_owned(), json!(1))]);
    let scope = Scope {
        now: Timestamp(0),
        context: &context,
        contact: &json!({"id": "c"}),
        programs: &NoPrograms,
        has_model: true,
        graph_runs: false,
    };
    for wanted in [Awaits::Nothing, Awaits::Reply, Awaits::Time, Awaits::Effect] {
        let awaits = |program| {
            let mut state = State::default();
            advance(program, &mut state, &Event::Start { at: None }, &scope);
            state.awaits
        };
        let count = programs.iter().filter(|program| awaits(program) == wanted).count();
        assert!(count > 10, "only {count} of them await {wanted:?} at first");
    }
    let playable = programs.len();
    assert!(playable > 100, "only {playable} of 200: the property above would say little");
}
