//! One node on a stage: every port leads to an `end` whose outcome is the port's name.

use serde_json::{Value, json};

use crate::{
    EffectResult, Event, HttpRequest, NoPrograms, Program, Reply, Request, Scope, State, Status,
    Step, Timestamp, advance, compile,
};

/// The node `it`, and what its turns see.
pub(crate) struct Stage {
    program: Program,
    pub(crate) state: State,
    pub(crate) context: Value,
    pub(crate) contact: Value,
    pub(crate) now: Timestamp,
}

impl Stage {
    /// The node, with an edge from each of these ports.
    pub(crate) fn new(mut node: Value, ports: &[&str]) -> Self {
        node["id"] = json!("it");
        let ends = ports
            .iter()
            .map(|port| json!({"id": format!("to {port}"), "type": "end", "outcome": port}));
        let edges = ports
            .iter()
            .map(|port| json!({"from": "it", "port": port, "to": format!("to {port}")}));
        let nodes: Vec<Value> = [node].into_iter().chain(ends).collect();
        let graph = json!({"entry": "it", "nodes": nodes, "edges": edges.collect::<Vec<_>>()});
        Self {
            program: compile(&graph).unwrap_or_else(|issues| panic!("{issues:#?}")),
            state: State::default(),
            context: json!({}),
            contact: json!({}),
            // 2026-05-07T08:14:23Z
            now: Timestamp(1_778_141_663_000),
        }
    }

    pub(crate) fn context(mut self, context: Value) -> Self {
        self.context = context;
        self
    }

    /// One turn, the state written out and read back before it.
    pub(crate) fn turn(&mut self, event: &Event) -> Step {
        let scope = Scope {
            now: self.now,
            context: self.context.as_object().unwrap(),
            contact: &self.contact,
            programs: &NoPrograms,
            has_model: true,
            graph_runs: false,
        };
        self.state = serde_json::from_value(serde_json::to_value(&self.state).unwrap()).unwrap();
        advance(&self.program, &mut self.state, event, &scope)
    }

    pub(crate) fn start(&mut self) -> Step {
        self.turn(&Event::Start { at: None })
    }

    pub(crate) fn reply(&mut self, text: &str) -> Step {
        self.turn(&Event::Reply(Reply::text(text)))
    }

    /// What came of the effect that it waits for.
    pub(crate) fn result(&mut self, result: EffectResult) -> Step {
        self.turn(&Event::Result { effect: self.state.effect, result })
    }
}

/// The name of the port by which the node was left.
pub(crate) fn outcome(step: &Step) -> &str {
    match &step.status {
        Status::Completed { outcome: Some(outcome) } => outcome,
        other => panic!("{other:?}"),
    }
}

/// The call that the node wants.
pub(crate) fn http(step: &Step) -> &HttpRequest {
    match step.effect.as_ref().map(|effect| &effect.request) {
        Some(Request::Http(request)) => request,
        other => panic!("{other:?}: {:?}", step.trace),
    }
}
