//! Groups, and conditions that others than a branch read.

use serde_json::{Value, json};

use super::holds;
use crate::condition::Condition;
use crate::fields::Reading;
use crate::issue::Issues;
use crate::template::Templates;
use crate::{Event, Scope, State, Status, Timestamp, advance, compile};

fn reading() -> Reading {
    Reading { issues: Issues::default(), templates: Templates::new(), workflow: None }
}

fn item(holds: bool) -> Value {
    json!({"value": "{{context.yes}}", "op": "equals", "to": holds})
}

#[test]
fn groups_are_nested_once() {
    let (yes, no) = (item(true), item(false));
    let context = json!({"yes": true});
    for (when, expected) in [
        (json!({"all": [yes, {"any": [no, yes]}]}), true),
        (json!({"all": [yes, {"any": [no, no]}]}), false),
        (json!({"any": [no, {"all": [yes, yes]}]}), true),
        (json!({"any": [no, {"all": [yes, {"value": "{{context.no}}", "op": "exists"}]}]}), false),
        (json!({"any": [{"any": [no]}, {"all": [yes]}]}), true),
    ] {
        assert_eq!(holds(when.clone(), context.clone()), expected, "{when}");
    }
}

#[test]
fn a_list_of_operands_may_hold_templates() {
    let between = json!({"all": [{"value": "{{context.n}}", "op": "between", "to": ["{{context.low}}", 10]}]});
    assert!(holds(between.clone(), json!({"n": 5, "low": "5"})));
    assert!(!holds(between.clone(), json!({"n": 4, "low": 5})));
    assert!(!holds(between, json!({"n": 4})));
    let one_of = json!({"all": [{"value": "{{input.text|default('b')}}", "op": "in", "to": ["{{context.a}}", "B"]}]});
    assert!(holds(one_of, json!({})));
}

#[test]
fn a_path_gives_what_a_template_would() {
    let context = json!({
        "list": [{"n": 1}, "x"], "text": "abc", "big": u64::MAX, "float": 5.0, "null": null, "items": {"length": 2},
    });
    for path in [
        "context.list[0].n",
        "context.list[1]",
        "context.list[2]",
        "context.list.n",
        "context.text[0]",
        "context.text.x",
        "context.big",
        "context.float",
        "context.null",
        "context.items.length",
        "context['list']",
        "trigger.text",
        "contact.text",
        "vars.text",
        "input.text",
        "input.kind",
        "context.items[0]",
    ] {
        // In brackets it is an expression, not a path.
        let same = json!({"all": [
            {"value": format!("{{{{ {path} }}}}"), "op": "equals", "to": format!("{{{{ ({path}) }}}}")},
        ]});
        assert!(holds(same, context.clone()), "{path}");
        let exists = |value: String| {
            let when = json!({"all": [{"value": value, "op": "exists"}]});
            holds(when, context.clone())
        };
        assert_eq!(
            exists(format!("{{{{ {path} }}}}")),
            exists(format!("{{{{ ({path}) }}}}")),
            "{path}"
        );
    }
}

#[test]
fn a_condition_is_read_from_a_text_that_holds_one() {
    for text in ["", "only on weekdays", "5", "[]", "{}", "{\"value\": 1}", "{\"all\": [}"] {
        let mut reading = reading();
        assert!(
            Condition::parse_text(text, "/rules/0/condition", &mut reading).is_none(),
            "{text}"
        );
        assert_eq!(reading.issues.into_vec(), [], "{text}");
    }
    let mut good = reading();
    let text = json!({"all": [item(true)]}).to_string();
    assert!(Condition::parse_text(&text, "/rules/0/condition", &mut good).is_some());
    assert_eq!(good.issues.into_vec(), []);

    let mut bad = reading();
    bad.issues.warning("unknown_field", "/before", "stays");
    let text = json!({"any": [{"value": "{{x}}", "op": "is like", "to": 1}]}).to_string();
    assert!(Condition::parse_text(&text, "/rules/0/condition", &mut bad).is_some());
    let issues = bad.issues.into_vec();
    let found: Vec<_> = issues.iter().map(|issue| (issue.code, issue.path.as_str())).collect();
    assert_eq!(
        found,
        [
            ("unknown_field", "/before"),
            ("unknown_variable_root", "/rules/0/condition"),
            ("unknown_operator", "/rules/0/condition"),
        ]
    );
    assert!(issues[1].message.starts_with("at /any/0/value: "), "{}", issues[1].message);
}

#[test]
fn patterns_search_so_much_a_turn_and_no_more() {
    let pattern = json!({"value": "{{context.x}}", "op": "matches", "to": "y"});
    let graph = json!({
        "entry": "b",
        "nodes": [
            {"id": "b", "type": "branch", "cases": [{"id": "yes", "when": {"any": vec![pattern; 40]}}]},
            {"id": "end", "type": "end"},
        ],
        "edges": [{"from": "b", "port": "yes", "to": "end"}],
    });
    let program = compile(&graph).unwrap();
    let status = |length: usize| {
        let context = json!({"x": "x".repeat(length)});
        let scope = Scope {
            now: Timestamp(0),
            context: context.as_object().unwrap(),
            contact: &Value::Null,
            programs: &crate::NoPrograms,
            has_model: false,
            graph_runs: false,
        };
        advance(&program, &mut State::default(), &Event::Start { at: None }, &scope).status
    };
    assert!(matches!(status(1_000), Status::Completed { .. }));
    assert!(matches!(status(8_000), Status::Failed { code: "pattern_limit", .. }));
}
