use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::{
    Event, Pin, Program, Programs, Reply, Scope, State, Status, Step, Timestamp, advance, compile,
};

/// Published workflows by id; the content is named after the id.
#[derive(Default)]
struct Published(HashMap<&'static str, Program>);

impl Published {
    fn with(mut self, id: &'static str, graph: &Value) -> Self {
        self.0.insert(id, compile(graph).unwrap_or_else(|issues| panic!("{issues:?}")));
        self
    }
}

impl Programs for Published {
    fn pinned(&self, pin: &Pin) -> Option<&Program> {
        assert_eq!(pin.content, format!("content of {}", pin.workflow));
        self.0.get(pin.workflow.as_str())
    }

    fn published(&self, workflow: &str) -> Option<(Pin, &Program)> {
        let content = format!("content of {workflow}");
        Some((Pin { workflow: workflow.to_owned(), content }, self.0.get(workflow)?))
    }
}

fn caller(workflow: &str) -> Value {
    json!({"entry": "c", "nodes": [
        {"id": "c", "type": "call", "workflow": workflow, "save_as": "back",
         "with": {"n": "{{vars.n}}", "list": [1, "{{context.x}}"]}},
        {"id": "next", "type": "end", "outcome": "{{vars.back.outcome}}: {{vars.back.said}}, {{vars.n}}"},
        {"id": "error", "type": "end", "outcome": "error"},
    ], "edges": [{"from": "c", "to": "next"}, {"from": "c", "port": "error", "to": "error"}]})
}

fn asks() -> Value {
    json!({"entry": "q", "nodes": [
        {"id": "q", "type": "ask", "text": "{{vars.n}} {{vars.list}}?", "save_as": "said"},
        {"id": "done", "type": "end", "outcome": "done"},
    ], "edges": [{"from": "q", "to": "done"}]})
}

/// One turn, the state written out and read back.
fn turn(programs: &Published, root: &Value, state: &mut State, event: Event) -> Step {
    let context = json!({"x": true});
    let scope = Scope {
        now: Timestamp(0),
        context: context.as_object().unwrap(),
        contact: &Value::Null,
        programs,
        has_model: false,
        graph_runs: false,
    };
    *state = serde_json::from_value(serde_json::to_value(&*state).unwrap()).unwrap();
    advance(&compile(root).unwrap(), state, &event, &scope)
}

fn with_n() -> State {
    State { vars: Map::from_iter([("n".to_owned(), json!(7))]), ..State::default() }
}

fn outcome(step: &Step) -> &str {
    match &step.status {
        Status::Completed { outcome } => outcome.as_deref().unwrap_or("none"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_called_workflow_has_its_own_variables_and_gives_them_back() {
    let programs = Published::default().with("asks", &asks());
    let mut state = with_n();
    let step = turn(&programs, &caller("asks"), &mut state, Event::Start { at: None });
    assert_eq!(serde_json::to_value(&step.messages).unwrap()[0]["text"], "7 [1,true]?");
    assert_eq!(state.pins().count(), 1);
    let step = turn(&programs, &caller("asks"), &mut state, Event::Reply(Reply::text("hello")));
    assert_eq!(outcome(&step), "done: hello, 7");
    assert_eq!(state.pins().count(), 0);
}

#[test]
fn what_cannot_be_called_leaves_by_error() {
    let no_graph = crate::Definition::default();
    let mut programs = Published::default();
    programs.0.insert("no graph", compile(no_graph).unwrap());
    for workflow in ["unknown", "no graph"] {
        let step = turn(&programs, &caller(workflow), &mut with_n(), Event::Start { at: None });
        assert_eq!(outcome(&step), "error");
    }
}

#[test]
fn what_fails_in_a_called_workflow_fails_the_call_only() {
    let fails = json!({"entry": "m", "edges": [], "nodes": [
        {"id": "m", "type": "message", "text": "{{vars.none + 1}}"}]});
    let programs = Published::default().with("fails", &fails);
    let mut state = with_n();
    let step = turn(&programs, &caller("fails"), &mut state, Event::Start { at: None });
    assert_eq!(outcome(&step), "error");
    assert_eq!(state.vars["n"], 7);
}

#[test]
fn a_handoff_in_a_called_workflow_ends_the_session() {
    let hands_off = json!({"entry": "h", "edges": [], "nodes": [{"id": "h", "type": "handoff"}]});
    let programs = Published::default().with("h", &hands_off);
    let mut state = with_n();
    let step = turn(&programs, &caller("h"), &mut state, Event::Start { at: None });
    assert_eq!(outcome(&step), "handoff");
    assert!(step.handed_off);
    assert_eq!(state.vars["n"], 7, "its own variables stay");
}

#[test]
fn the_seventeenth_call_within_calls_is_refused() {
    // Calls itself through its own id, which validation cannot know, and says how deep it is.
    let deep = json!({"entry": "say", "nodes": [
        {"id": "say", "type": "message", "text": "."},
        {"id": "c", "type": "call", "workflow": "deep"},
        {"id": "end", "type": "end"},
    ], "edges": [{"from": "say", "to": "c"}, {"from": "c", "to": "end"}]});
    let programs = Published::default().with("deep", &deep);
    let step = turn(&programs, &deep, &mut State::default(), Event::Start { at: None });
    assert_eq!(step.messages.len(), 17);
    assert_eq!(outcome(&step), "none");
}

#[test]
fn a_called_workflow_that_is_gone_fails_the_call() {
    let programs = Published::default().with("asks", &asks());
    let mut state = with_n();
    turn(&programs, &caller("asks"), &mut state, Event::Start { at: None });
    let none = Published::default();
    let step = turn(&none, &caller("asks"), &mut state, Event::Reply(Reply::text("hello")));
    assert_eq!(outcome(&step), "error");
}
