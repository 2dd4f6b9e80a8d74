use conversation::{EventId, KeyUse};
use flow::{Event, Reply, Status, Timestamp};
use serde_json::{Map, Value, json};
use store::memory::{Backend, MemoryKv, Random, block_on};

use super::*;

const NOW: Timestamp = Timestamp(1_778_141_663_000);

struct Team {
    store: Store<MemoryKv>,
}

impl Team {
    fn new() -> Self {
        let mut random = Random::new(1);
        Self { store: Store::new(MemoryKv::new(Backend::Sqlite), move || random.number()) }
    }

    /// A published workflow of `team`.
    fn has(&self, team: &str, graph: &Value) -> Workflow {
        let id = Uuid::from_u128(u128::from(self.store.kv().counts().writes()) + 1);
        let mut draft = Definition { graph: Some(graph.clone()), ..Definition::default() };
        draft.settings.auto_publish = Some(true);
        let used =
            KeyUse { key: EventId::of("key", &id.to_string()), body: EventId::of("body", "") };
        block_on(crate::create(&self.store, id, team, &draft, &used, NOW)).unwrap()
    }

    fn take(&self, graph: &Value, state: State, event: Event) -> (State, Step) {
        let simulation = Simulation {
            state,
            event,
            context: Map::new(),
            contact: json!({}),
            now: NOW,
            has_model: false,
        };
        let program = flow::compile(graph).unwrap();
        block_on(simulate(&self.store, "acme", &program, &simulation)).unwrap()
    }
}

fn asks() -> Value {
    json!({"entry": "q", "nodes": [
        {"id": "q", "type": "ask", "text": "Which?", "save_as": "said"},
        {"id": "done", "type": "end", "outcome": "done"},
    ], "edges": [{"from": "q", "to": "done"}]})
}

fn calls(workflow: &str) -> Value {
    json!({"entry": "c", "nodes": [
        {"id": "c", "type": "call", "workflow": workflow, "save_as": "back"},
        {"id": "next", "type": "end", "outcome": "{{vars.back.outcome}}: {{vars.back.said}}"},
        {"id": "error", "type": "end", "outcome": "error"},
    ], "edges": [{"from": "c", "to": "next"}, {"from": "c", "port": "error", "to": "error"}]})
}

fn outcome(step: &Step) -> Option<&str> {
    match &step.status {
        Status::Completed { outcome } => outcome.as_deref(),
        _ => None,
    }
}

#[test]
fn a_call_runs_what_the_team_has_published_and_returns() {
    let team = Team::new();
    let inner = team.has("acme", &asks());
    let outer = team.has("acme", &calls(&inner.id.to_string()));
    let root = calls(&outer.id.to_string());
    let (state, step) = team.take(&root, State::default(), Event::Start { at: None });
    assert_eq!(serde_json::to_value(&step.messages).unwrap()[0]["text"], "Which?");
    assert_eq!(state.callers.len(), 2);
    let (_, step) = team.take(&root, state, Event::Reply(Reply::text("that")));
    assert_eq!(outcome(&step), Some("done: that: "));
}

#[test]
fn what_is_another_teams_or_nowhere_leaves_by_error() {
    let team = Team::new();
    let theirs = team.has("other", &asks());
    let nowhere = Uuid::from_u128(9).to_string();
    for workflow in [theirs.id.to_string(), nowhere, "no id".to_owned()] {
        let (_, step) = team.take(&calls(&workflow), State::default(), Event::Start { at: None });
        assert_eq!(outcome(&step), Some("error"), "{workflow}");
    }
}

#[test]
fn a_state_cannot_reach_into_another_teams_contents() {
    let team = Team::new();
    let theirs = team.has("other", &asks());
    let content = theirs.releases[0].content.clone();
    let pin = Pin { workflow: theirs.id.to_string(), content: content.clone() };
    let caller = json!([{"node": "c"}]);
    for pin in [pin, Pin { workflow: theirs.id.to_string(), content: "../x".repeat(99) }] {
        let state = json!({"node": "q", "awaits": "reply", "pin": pin, "callers": caller});
        let state = serde_json::from_value(state).unwrap();
        let (_, step) = team.take(&calls("x"), state, Event::Reply(Reply::text("hi")));
        assert_eq!(outcome(&step), Some("error"));
    }
}

#[test]
fn as_many_calls_are_found_as_there_may_be_within_one_another() {
    let team = Team::new();
    let mut called = team.has("acme", &asks());
    for within in 1..=MAX_CALLS + 1 {
        let root = calls(&called.id.to_string());
        let (_, step) = team.take(&root, State::default(), Event::Start { at: None });
        assert_eq!(step.messages.len(), usize::from(within <= MAX_CALLS), "{within}");
        called = team.has("acme", &root);
    }
}

#[test]
fn a_version_is_what_was_published_then() {
    let team = Team::new();
    let workflow = team.has("acme", &asks());
    let first = block_on(version(&team.store, &workflow, 1)).unwrap();
    assert_eq!(first.and_then(|definition| definition.graph), Some(asks()));
    assert_eq!(block_on(version(&team.store, &workflow, 2)), Ok(None));
}
