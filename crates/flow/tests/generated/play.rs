//! A session of generated workflows, stored and read back between any two events, and played twice: by programs that
//! were compiled apart, so that nothing may depend on an order by chance.

use flow::{
    Definition, Event, Pin, Program, Programs, Request, Scope, State, Step, Timestamp, Trace,
    advance, validate,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::happenings::Happening;
use super::{checks, compiled, definition};
use crate::golden::Parts;

/// The ids of the workflows; the session's own is the first.
pub const WORKFLOWS: [&str; 4] = ["own", "second", "third", "fourth"];

/// Definitions of all workflows, and what the trigger brings.
pub fn world() -> impl Strategy<Value = (Vec<Value>, Map<String, Value>)> {
    let definitions = [0, 1, 2, 3].map(|number| definition(number).boxed()).to_vec();
    (definitions, context())
}

fn context() -> impl Strategy<Value = Map<String, Value>> {
    let x = prop_oneof![
        Just(json!("a")),
        Just(json!(12.5)),
        Just(json!("1,299.50")),
        Just(json!(null)),
        Just(json!("../?#{{vars}}\u{1}é")),
        Just(json!(["refund", "a"])),
        Just(json!("x".repeat(5_000))),
        Just(json!({"y": [[1, 2], 3]})),
    ];
    (x, 0..1_000_usize, 0..6_000_usize).prop_map(|(x, items, long)| {
        let mut list = vec![json!(1), json!({"a": "refund", "b": [true, null]})];
        list.extend((0..items).map(|n| json!(n)));
        let context = json!({"x": x, "list": list, "long": "l".repeat(long), "number": 3,
            "day": "1970-01-04T10:00:00Z"});
        context.as_object().unwrap().clone()
    })
}

/// The compiled workflows.
struct Library {
    programs: Vec<Program>,
}

impl Library {
    pub fn of(definitions: &[Value]) -> Self {
        Self { programs: definitions.iter().map(compiled).collect() }
    }

    fn at(&self, workflow: &str) -> Option<usize> {
        WORKFLOWS.iter().position(|id| *id == workflow).filter(|at| *at < self.programs.len())
    }
}

/// The workflows as they are published at one time.
struct Shelf<'a> {
    library: &'a Library,
    published: u8,
    keeps_pinned: bool,
}

impl Programs for Shelf<'_> {
    fn pinned(&self, pin: &Pin) -> Option<&Program> {
        let at = self.library.at(&pin.workflow).filter(|_| self.keeps_pinned)?;
        assert_eq!(pin.content, format!("{at:0>64}"));
        Some(&self.library.programs[at])
    }

    fn published(&self, workflow: &str) -> Option<(Pin, &Program)> {
        let at = self.library.at(workflow).filter(|at| self.published & 1 << at != 0)?;
        let pin = Pin { workflow: workflow.to_owned(), content: format!("{at:0>64}") };
        Some((pin, &self.library.programs[at]))
    }
}

/// A session that is played.
pub struct Play {
    libraries: [Library; 2],
    context: Map<String, Value>,
    contact: Value,
    stored: String,
    /// What the session asked for last.
    requested: Option<Request>,
    now: Timestamp,
}

impl Play {
    pub fn new(definitions: &[Value], context: Map<String, Value>) -> Self {
        for definition in definitions {
            let parts = Parts::of(definition);
            let parts: Definition<'_> = parts.definition();
            assert_eq!(validate(parts), validate(parts));
        }
        Self {
            libraries: [Library::of(definitions), Library::of(definitions)],
            context,
            contact: json!({"id": "c", "name": "ana", "phone": "+14155550123", "tags": ["new"], "metadata": {"v": 1}}),
            stored: "{}".to_owned(),
            requested: None,
            now: Timestamp(0),
        }
    }

    /// One event: everything that must hold after any is checked. Gives what came of it.
    pub fn turn(&mut self, happening: &Happening) -> (Step, State) {
        let before: State = serde_json::from_str(&self.stored).unwrap();
        let (event, now) = happening.event(&before, self.requested.as_ref(), self.now);
        self.now = now;
        let (step, after) = self.advance(0, &before, &event, now, happening);
        let again = self.advance(1, &before, &event, now, happening);
        assert_eq!((&step, &after), (&again.0, &again.1), "the same inputs give the same outputs");
        checks::check(&event, &step, &before, &after, now);
        self.stored = serde_json::to_string(&after).unwrap();
        checks::check_stored(&self.stored, &after);
        self.check_that_it_can_go_on(&after, happening);
        if let Some(effect) = &step.effect {
            self.requested = Some(effect.request.clone());
        }
        step.changes.iter().for_each(|change| change.apply_to(&mut self.contact));
        (step, after)
    }

    fn advance(
        &self,
        library: usize,
        before: &State,
        event: &Event,
        now: Timestamp,
        happening: &Happening,
    ) -> (Step, State) {
        let library = &self.libraries[library];
        let Happening { published, keeps_pinned, .. } = *happening;
        let (has_model, graph_runs) = happening.has;
        let scope = Scope {
            now,
            context: &self.context,
            contact: &self.contact,
            programs: &Shelf { library, published, keeps_pinned },
            has_model,
            graph_runs,
        };
        let mut after = before.clone();
        let step = advance(&library.programs[0], &mut after, event, &scope);
        (step, after)
    }

    /// A session that waits takes what it waits for.
    fn check_that_it_can_go_on(&self, state: &State, happening: &Happening) {
        let Some((event, at)) = checks::awaited(state) else { return };
        let at = at.unwrap_or(self.now).max(self.now);
        let (step, _) = self.advance(0, state, &event, at, happening);
        assert!(!matches!(step.trace[..], [Trace::Ignored { .. }]), "stuck: {state:?}");
    }
}
