use serde_json::json;

use super::*;
use crate::limits::{
    MAX_MEDIA_ID_CHARS, MAX_PAYLOAD_BYTES, MAX_TEXT_CHARS, MAX_TURN_MESSAGES, MAX_URL_CHARS,
    MAX_VARS_BYTES,
};
use crate::{FAILURES, compile};

/// Nodes in a row, `n0`, `n1` …, each leading to the next by a port.
fn row(count: usize, port: &str, node: impl Fn(usize) -> Value) -> Program {
    let mut nodes = Vec::new();
    let mut edges = Vec::new();
    for i in 0..count {
        let mut node = node(i);
        node["id"] = json!(format!("n{i}"));
        nodes.push(node);
        if i + 1 < count {
            edges.push(json!({"from": format!("n{i}"), "port": port, "to": format!("n{}", i + 1)}));
        }
    }
    compile(&json!({"entry": "n0", "nodes": nodes, "edges": edges}))
        .unwrap_or_else(|issues| panic!("{issues:?}"))
}

fn turn(program: &Program, state: &mut State, event: Event) -> Step {
    let context = json!({"long": "x".repeat(5_001), "one": 1});
    let scope = Scope {
        now: Timestamp(0),
        context: context.as_object().unwrap(),
        contact: &Value::Null,
        programs: &crate::NoPrograms,
        has_model: false,
        graph_runs: false,
    };
    let step = advance(program, state, &event, &scope);
    if let Status::Failed { code, .. } = &step.status {
        assert!(FAILURES.iter().any(|(known, _)| known == code), "{code} is not in FAILURES");
        assert_eq!(step.messages, [], "a failed turn sends nothing");
        assert_eq!((&state.node, state.awaits, state.deadline), (&None, Awaits::Nothing, None));
    }
    step
}

fn start_at(program: &Program, node: &str) -> Step {
    turn(program, &mut State::default(), Event::Start { at: Some(node.to_owned()) })
}

fn failure(step: &Step) -> &str {
    match &step.status {
        Status::Failed { code, .. } => code,
        _ => "none",
    }
}

#[test]
fn the_hundred_and_first_node_of_a_turn_fails_it() {
    let never = json!({"all": [{"value": 1, "op": "equals", "to": 2}]});
    let program = row(
        MAX_STEPS + 1,
        "else",
        |_| json!({"type": "branch", "cases": [{"id": "never", "when": never}]}),
    );
    assert_eq!(failure(&start_at(&program, "n0")), "step_limit");
    assert_eq!(failure(&start_at(&program, "n1")), "none");
}

#[test]
fn the_twenty_first_message_of_a_turn_fails_it() {
    let program = row(
        MAX_TURN_MESSAGES + 1,
        "next",
        |i| json!({"type": "message", "text": format!("line {i}")}),
    );
    assert_eq!(failure(&start_at(&program, "n0")), "turn_limit");
    assert_eq!(start_at(&program, "n1").messages.len(), MAX_TURN_MESSAGES);
}

#[test]
fn too_many_bytes_of_messages_fail_a_turn() {
    // Each is cut to 4,096 characters: eight are more than 32 KiB together with their JSON.
    let program = row(8, "next", |_| json!({"type": "message", "text": "{{context.long}}"}));
    assert_eq!(failure(&start_at(&program, "n0")), "turn_limit");
    assert_eq!(start_at(&program, "n1").messages.len(), 7);
}

#[test]
fn a_template_that_gives_too_much_fails_the_turn() {
    let program =
        row(1, "next", |_| json!({"type": "message", "text": "{{context.long}}{{context.long}}"}));
    assert_eq!(failure(&start_at(&program, "n0")), "template_limit");
}

#[test]
fn variables_do_not_grow_without_end() {
    let program = row(9, "next", |i| match i {
        8 => json!({"type": "end"}),
        i => json!({"type": "ask", "text": "Tell us", "save_as": format!("story_{i}")}),
    });
    let mut state = State::default();
    turn(&program, &mut state, Event::Start { at: None });
    let story = Reply::text("x".repeat(10_000));
    for _ in 0..7 {
        assert_eq!(failure(&turn(&program, &mut state, Event::Reply(story.clone()))), "none");
    }
    assert_eq!(state.vars["story_0"].as_str().map(str::len), Some(MAX_TEXT_CHARS));
    assert_eq!(failure(&turn(&program, &mut state, Event::Reply(story.clone()))), "vars_limit");
    assert!(serde_json::to_vec(&state.vars).unwrap().len() <= MAX_VARS_BYTES);
}

#[test]
fn a_session_at_a_node_that_is_gone_fails() {
    let program = row(1, "next", |_| json!({"type": "message", "text": "x"}));
    let mut state = State { node: Some("gone".into()), awaits: Awaits::Reply, ..State::default() };
    assert_eq!(
        failure(&turn(&program, &mut state, Event::Reply(Reply::text("x")))),
        "node_not_found"
    );
}

#[test]
fn an_answer_is_kept_within_bounds() {
    let program = row(3, "next", |i| match i {
        2 => json!({"type": "end"}),
        _ => json!({"type": "ask", "text": "?"}),
    });
    let reply = |more: usize| Reply {
        kind: crate::ReplyKind::Image,
        text: "é".repeat(MAX_TEXT_CHARS + more),
        payload: Some("p".repeat(MAX_PAYLOAD_BYTES + more)),
        url: Some("u".repeat(MAX_URL_CHARS + more)),
        media_id: Some("m".repeat(MAX_MEDIA_ID_CHARS + more)),
        location: None,
    };
    let mut state = State::default();
    turn(&program, &mut state, Event::Start { at: None });
    turn(&program, &mut state, Event::Reply(reply(0)));
    assert_eq!(state.input, Some(reply(0)));
    turn(&program, &mut state, Event::Reply(reply(1)));
    let cut = Reply { payload: None, url: None, media_id: None, ..reply(0) };
    assert_eq!(state.input, Some(cut), "half an address leads nowhere");
}

#[test]
fn an_answer_is_not_for_a_session_that_waits_for_time() {
    let program = row(1, "next", |_| json!({"type": "message", "text": "x"}));
    let state = State {
        node: Some("n0".into()),
        awaits: Awaits::Time,
        deadline: Some(Timestamp(5)),
        ..State::default()
    };
    let mut after = state.clone();
    let step = turn(&program, &mut after, Event::Reply(Reply::text("x")));
    assert_eq!((step.status, after), (Status::Waiting { deadline: Some(Timestamp(5)) }, state));
}

#[test]
fn a_timeout_before_the_deadline_is_ignored() {
    let program = row(2, "next", |i| match i {
        1 => json!({"type": "end"}),
        _ => json!({"type": "ask", "text": "?", "timeout": 1}),
    });
    let mut state = State::default();
    turn(&program, &mut state, Event::Start { at: None });
    let before = state.clone();
    let step = turn(&program, &mut state, Event::Timeout);
    assert_eq!(step.trace, [Trace::Ignored { reason: "the deadline has not passed".into() }]);
    assert_eq!((step.messages, state), (Vec::new(), before));
}

#[test]
fn a_start_begins_anew_and_keeps_what_was_saved() {
    let program = row(3, "next", |i| match i {
        2 => json!({"type": "end"}),
        _ => json!({"type": "ask", "text": "?", "save_as": "it", "timeout": 1}),
    });
    let mut state = State::default();
    turn(&program, &mut state, Event::Start { at: None });
    turn(&program, &mut state, Event::Reply(Reply::text("a")));
    assert_eq!(state.node.as_deref(), Some("n1"));
    turn(&program, &mut state, Event::Start { at: None });
    assert_eq!((state.node.as_deref(), &state.vars["it"]), (Some("n0"), &json!("a")));
}

#[test]
fn a_program_can_be_shared_between_threads() {
    fn shareable<T: Send + Sync + 'static>(_: &T) {}
    let program = row(2, "next", |_| json!({"type": "message", "text": "{{context.one}}"}));
    shareable(&program);
    assert_eq!(
        (program.entry(), program.contains("n1"), program.contains("n2")),
        (Some("n0"), true, false)
    );
    assert_eq!(program.ports().map(|(node, _)| node).collect::<Vec<_>>(), ["n0", "n1"]);
}

#[test]
fn a_turn_changes_a_contact_so_much_and_no_more() {
    let status = |count: usize, field: usize, length: usize| {
        let program = row(count, "next", |i| {
            let fields = (0..field).map(|n| (format!("f{i}_{n}"), json!("x".repeat(length))));
            json!({"type": "set", "contact": fields.collect::<Map<_, _>>()})
        });
        let step = turn(&program, &mut State::default(), Event::Start { at: None });
        (step.status, step.changes.len())
    };
    let code = |status: &Status| match status {
        Status::Failed { code, .. } => Some(*code),
        _ => None,
    };
    for (count, field, length, failed, changes) in [
        (15, 20, 1, None, 300),
        (16, 20, 1, Some("turn_limit"), 0),
        (1, 20, 1_000, None, 20),
        (2, 20, 1_000, Some("turn_limit"), 0),
    ] {
        let (status, changed) = status(count, field, length);
        assert_eq!((code(&status), changed), (failed, changes), "{count} of {field}");
    }
}
