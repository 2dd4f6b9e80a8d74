//! The tables of the page: they name what the registries have, no more and no less, and what they show is so.

use std::collections::BTreeSet;

use dialogue::Dialogue;
use flow::limits;
use serde_json::{Value, json};

use crate::corpus;
use crate::page::{Page, ticked};

fn set<'a>(words: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    words.into_iter().map(str::to_owned).collect()
}

/// What one turn after `events` gives.
fn last_turn(definition: Value, setting: &Value, events: Value) -> dialogue::Seen {
    let dialogue: Dialogue = serde_json::from_value(json!({
        "workflow": definition, "turns": events,
        "context": setting.get("context").unwrap_or(&json!({})),
        "contact": setting.get("contact").unwrap_or(&json!({})),
    }))
    .unwrap();
    let played = dialogue.play(&corpus::root()).unwrap_or_else(|error| panic!("{error:#}"));
    assert_eq!(played.problems, []);
    played.seen.last().unwrap().clone()
}

#[test]
fn the_node_types_are_all_there_with_their_ports() {
    let rows = Page::read().table("type");
    let found: Vec<(String, Vec<String>)> = rows
        .iter()
        .map(|row| {
            (ticked(&row[0])[0].to_owned(), ticked(&row[2]).into_iter().map(Into::into).collect())
        })
        .collect();
    let found: BTreeSet<_> = found.into_iter().collect();
    let known = flow::language::node_types().map(|(kind, ports)| {
        (kind.to_owned(), ports.iter().map(|port| port.to_string()).collect::<Vec<_>>())
    });
    assert_eq!(found, known.collect());
}

#[test]
fn the_fields_that_the_nodes_are_said_to_have_are_theirs() {
    let schema = workflows::schema();
    for row in Page::read().table("type") {
        let kind = ticked(&row[0])[0];
        let fields = schema["$defs"][kind]["properties"].as_object().unwrap();
        // What an `http` and a `call` keep are no fields.
        let kept = ["status", "error", "outcome"];
        for word in ticked(&row[1]).into_iter().filter(|word| !kept.contains(word)) {
            assert!(fields.contains_key(word), "{kind} has no {word}");
        }
    }
}

#[test]
fn every_template_gives_what_its_row_says_and_every_filter_has_one() {
    let page = Page::read();
    let setting =
        page.blocks().into_iter().find(|block| block.trim_start().starts_with("{\n  \"context\""));
    let setting: Value = serde_json::from_str(&setting.expect("what templates see")).unwrap();
    let mut shown = String::new();
    for row in page.table("text") {
        let text = ticked(&row[0])[0];
        shown.push_str(&row[0]);
        let definition = json!({"graph": {"entry": "say", "nodes": [{"id": "say", "type": "message", "text": text}]}});
        let seen = last_turn(definition, &setting, json!([{"start": true}]));
        assert_eq!(seen.messages, [json!(row[1])], "{text}");
    }
    let named = shown.split('|').skip(1).map(|rest| {
        rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()
    });
    assert_eq!(set(named), set(flow::language::filters().iter().copied()));
}

#[test]
fn there_is_no_product_and_no_loop() {
    let of = |text: &str| json!({"entry": "say", "nodes": [{"id": "say", "type": "message", "text": text}]});
    assert_eq!(flow::validate(&of("{{context.total * 2}}"))[0].code, "template_syntax");
    let text = "{% for x in context.items %}";
    let seen = last_turn(json!({"graph": of(text)}), &Value::Null, json!([{"start": true}]));
    assert_eq!(seen.messages, [json!(text)]);
}

#[test]
fn every_expectation_keeps_what_its_row_says() {
    let rows = Page::read().table("`expect`");
    let expects: Vec<&str> = rows.iter().map(|row| ticked(&row[0])[0]).collect();
    assert_eq!(set(expects.iter().copied()), set(flow::language::expectations()));
    for row in &rows {
        let expect = ticked(&row[0])[0];
        let said = ticked(&row[1])[0];
        let reply = serde_json::from_str(said).ok().filter(Value::is_object);
        let mut ask =
            json!({"id": "ask", "type": "ask", "text": "?", "expect": expect, "save_as": "kept"});
        if expect == "choice" {
            ask["choices"] = json!([{"id": "yes", "title": "Yes"}, {"id": "no", "title": "No"}]);
        }
        let nodes = json!([ask, {"id": "end", "type": "end"}]);
        let edges = json!([{"from": "ask", "to": "end"}]);
        let definition = json!({"graph": {"entry": "ask", "nodes": nodes, "edges": edges}});
        let reply = reply.unwrap_or_else(|| said.into());
        let seen = last_turn(definition, &Value::Null, json!([{"start": true}, {"reply": reply}]));
        let kept: Value = serde_json::from_str(ticked(&row[2])[0]).unwrap();
        assert_eq!(seen.vars.expect(expect)["kept"], kept, "{expect}");
    }
}

#[test]
fn the_operators_are_those_of_the_language_in_its_own_words() {
    let page = Page::read();
    let source =
        std::fs::read_to_string(corpus::root().join("crates/flow/src/condition.rs")).unwrap();
    let of_source: Vec<&str> = source
        .lines()
        .filter_map(|line| line.strip_prefix("//! "))
        .filter(|line| line.starts_with('|'))
        .collect();
    assert_eq!(page.table_lines("operator"), of_source);
    let rows = page.table("operator");
    let named = rows.iter().flat_map(|row| ticked(&row[0]));
    assert_eq!(set(named), set(flow::language::operators()));
}

/// As people write it: `10,000`.
fn thousands(number: usize) -> String {
    match number {
        0..1_000 => number.to_string(),
        number => format!("{},{:03}", number / 1_000, number % 1_000),
    }
}

fn kib(bytes: usize) -> String {
    format!("{} KiB", bytes / 1_024)
}

#[test]
fn the_limits_are_those_that_hold() {
    let deep = format!("{} levels deep", limits::MAX_VALUE_DEPTH);
    let days = limits::MAX_WAIT_MINUTES / (24.0 * 60.0);
    let known = [
        (
            "a graph",
            format!(
                "{} nodes, {} edges",
                thousands(limits::MAX_NODES),
                thousands(limits::MAX_EDGES)
            ),
        ),
        (
            "a turn",
            format!(
                "{} nodes entered, {} messages, {} changes of the contact, {} of both",
                limits::MAX_STEPS,
                limits::MAX_TURN_MESSAGES,
                limits::MAX_TURN_CHANGES,
                kib(limits::MAX_TURN_BYTES)
            ),
        ),
        ("a branch, split or ai", format!("{} cases, arms, labels", limits::MAX_CASES)),
        ("a condition", format!("{} items", limits::MAX_CONDITIONS)),
        ("what a template gives", format!("{} characters", thousands(limits::MAX_TEMPLATE_CHARS))),
        ("the context of a trigger", format!("{}, {deep}", kib(limits::MAX_CONTEXT_BYTES))),
        ("the variables of a session", format!("{}, {deep}", kib(limits::MAX_VARS_BYTES))),
        ("calls within calls", limits::MAX_CALLS.to_string()),
        (
            "an http",
            format!(
                "{} sent, {} read, {} kept, {} seconds",
                kib(limits::MAX_HTTP_SENT_BYTES),
                kib(limits::MAX_HTTP_READ_BYTES),
                kib(limits::MAX_HTTP_SAVED_BYTES),
                limits::MAX_HTTP_SECONDS
            ),
        ),
        (
            "what the language model is told",
            format!(
                "{} of the workflow, {} of what the agent knows, {} of what was said; {} of names of flows",
                kib(limits::MAX_INSTRUCTIONS_BYTES),
                kib(limits::MAX_KNOWLEDGE_BYTES),
                kib(limits::MAX_HISTORY_BYTES),
                kib(limits::MAX_TOOL_FLOWS_BYTES)
            ),
        ),
        ("a timeout, a wait", format!("{days} days; `until`: {} days", limits::MAX_UNTIL_DAYS)),
        (
            "an id; a name",
            format!("{} characters; {} characters", limits::MAX_ID_CHARS, limits::MAX_NAME_CHARS),
        ),
        ("a definition", format!("{}, its graph {deep}", kib(workflows::MAX_DEFINITION_BYTES))),
    ];
    let found = Page::read().table("limit");
    let known: Vec<Vec<String>> =
        known.into_iter().map(|(what, is)| vec![what.to_owned(), is]).collect();
    assert_eq!(found, known);
}

#[test]
fn the_numbers_in_the_prose_are_those_that_hold() {
    let page = Page::read().flowing();
    for says in [
        format!("`retries` times ({})", limits::DEFAULT_RETRIES),
        format!("up to {} characters without look-around", limits::MAX_PATTERN_CHARS),
        format!(
            "`settings.session_ttl_minutes` ({})",
            workflows::Settings::default().session_ttl_minutes
        ),
    ] {
        assert!(page.contains(&says), "{says}");
    }
    assert_eq!(limits::MAX_BUTTONS, 3, "up to three buttons");
}

#[test]
fn the_words_that_opt_out_and_in_do() {
    use flow::Command::{OptIn, OptOut};
    let words = Page::read().words();
    for (word, waiting, idle) in [
        ("stop", Some(OptOut), Some(OptOut)),
        ("stopall", Some(OptOut), Some(OptOut)),
        ("unsubscribe", Some(OptOut), Some(OptOut)),
        ("cancel", None, Some(OptOut)),
        ("end", None, Some(OptOut)),
        ("quit", None, Some(OptOut)),
        ("start", Some(OptIn), Some(OptIn)),
        ("unstop", Some(OptIn), Some(OptIn)),
    ] {
        assert!(words.iter().any(|known| known == word), "{word}");
        assert_eq!(
            (flow::command(word, true), flow::command(word, false)),
            (waiting, idle),
            "{word}"
        );
    }
}

#[test]
fn the_variables_of_the_operator_are_those_of_spin_toml() {
    let manifest = std::fs::read_to_string(corpus::root().join("spin.toml")).unwrap();
    let known =
        manifest.lines().filter_map(|line| line.split_once(" = { default").map(|(name, _)| name));
    let known =
        set(known.filter(|name| name.starts_with("llm_")).chain(["outbound1", "outbound4"]));
    let words = Page::read().words();
    let named = words.iter().map(String::as_str);
    assert_eq!(
        set(named.filter(|word| word.starts_with("llm_") || word.starts_with("outbound"))),
        known
    );
    assert!(manifest.contains("outbound4 =") && !manifest.contains("outbound5"));
}
