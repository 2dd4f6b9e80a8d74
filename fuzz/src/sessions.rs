//! Sessions of a workflow: events in, and after each of them everything that `flow` promises of a step is checked, by the
//! checks of its own property tests.

#[allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]
#[path = "../../crates/flow/tests/generated/checks.rs"]
mod checks;

use flow::{
    Event, Issue, NoPrograms, Pin, Program, Programs, Scope, State, Step, Timestamp, advance,
    compile,
};
use serde_json::{Map, Value};

pub use self::checks::awaited;
use crate::pointer;

/// Between two events, in milliseconds.
const PASSING: u64 = 1_000;

/// The workflows that can be called.
#[derive(Default)]
pub struct Shelf(Vec<(String, Program)>);

impl Shelf {
    /// Those of these graphs that compile.
    pub fn of<'g>(graphs: impl Iterator<Item = (&'g str, &'g Value)>) -> Self {
        Self(
            graphs
                .take(4)
                .filter_map(|(id, graph)| Some((id.to_owned(), compile(graph).ok()?)))
                .collect(),
        )
    }
}

impl Programs for Shelf {
    fn pinned(&self, pin: &Pin) -> Option<&Program> {
        self.0.iter().find(|(id, _)| *id == pin.content).map(|(_, program)| program)
    }

    fn published(&self, workflow: &str) -> Option<(Pin, &Program)> {
        let (id, program) = self.0.iter().find(|(id, _)| id == workflow)?;
        Some((Pin { workflow: id.clone(), content: id.clone() }, program))
    }
}

/// What a session sees, besides its state.
#[derive(Default)]
pub struct Stage {
    pub now: Timestamp,
    pub context: Map<String, Value>,
    pub contact: Value,
    pub has_model: bool,
    pub shelf: Shelf,
}

impl Stage {
    /// Gives the session an event, and its state back as it was stored. What it sends can be sent.
    pub fn take(&mut self, program: &Program, state: &mut State, event: &Event) -> Step {
        self.now = self.now.plus_millis(PASSING);
        let scope = Scope {
            now: self.now,
            context: &self.context,
            contact: &self.contact,
            programs: &self.shelf,
            has_model: self.has_model,
            graph_runs: false,
        };
        let step = taken(program, state, event, &scope);
        for message in &step.messages {
            if let Err(error) = crate::targets::send(message) {
                panic!("WhatsApp does not take it: {error}: {message:?}");
            }
        }
        step.changes.iter().for_each(|change| change.apply_to(&mut self.contact));
        step
    }
}

/// Gives a session without a contact an event.
pub fn step(
    program: &Program,
    state: &mut State,
    event: &Event,
    context: &Map<String, Value>,
) -> Step {
    let scope = Scope {
        now: Timestamp(PASSING),
        context,
        contact: &Value::Null,
        programs: &NoPrograms,
        has_model: false,
        graph_runs: false,
    };
    taken(program, state, event, &scope)
}

fn taken(program: &Program, state: &mut State, event: &Event, scope: &Scope<'_>) -> Step {
    let before = state.clone();
    let step = advance(program, state, event, scope);
    checks::check(event, &step, &before, state, scope.now);
    let Ok(stored) = serde_json::to_string(state) else { panic!("the state cannot be written") };
    checks::check_stored(&stored, state);
    step
}

/// Every issue has a code that is known, says what is wrong, and where in the definition.
pub fn check_issues(definition: &Value, issues: &[Issue]) {
    for issue in issues {
        assert!(flow::CODES.iter().any(|(code, _)| *code == issue.code), "{issue:?}");
        assert!(
            pointer::leads_somewhere(definition, &issue.path),
            "{issue:?} is nowhere in {definition}"
        );
        assert!(!issue.message.trim().is_empty(), "{issue:?}");
    }
}
