//! Plays a dialogue's events, and takes down what is seen.

use std::path::Path;

use flow::State;

use crate::coverage::{Steps, Walked};
use crate::session::Took;
use crate::{Dialogue, Event, Seen, Session, Setting, json};

/// A dialogue, as it went.
#[derive(Debug)]
pub struct Played {
    /// What was seen in each turn.
    pub seen: Vec<Seen>,
    /// What the events and the workflow do not agree on; no expectation says otherwise.
    pub problems: Vec<Problem>,
    /// The session's state at the end.
    pub state: State,
    pub(crate) walked: Vec<Walked>,
}

/// Something that cannot be in a dialogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// In which turn, from 0.
    pub turn: usize,
    /// What, and what would be right.
    pub message: String,
}

impl Dialogue {
    /// Plays it in the folder of its file.
    ///
    /// # Errors
    /// When a workflow cannot be loaded, as [`crate::Source::load`].
    pub fn play(&self, folder: &Path) -> anyhow::Result<Played> {
        let mut session = Session::new(Setting::of(self, folder)?);
        let mut seen = Vec::new();
        let mut problems = Vec::new();
        for (at, turn) in self.turns.iter().enumerate() {
            let mut problem = |message| problems.push(Problem { turn: at, message });
            let wanted = session.awaits_result();
            if wanted && !turn.ignored && !matches!(turn.event, Event::Result(_) | Event::Wait(_)) {
                problem(unanswered());
            }
            let took = session.take(&turn.event, turn.ignored);
            if let Some(message) = disagreement(&turn.event, turn.ignored, &took) {
                problem(message);
            }
            took.defect.clone().into_iter().for_each(&mut problem);
            seen.push(Seen::of(&took, &session));
            let is_last = at + 1 == self.turns.len();
            if is_last && session.awaits_result() {
                let effect = took.step.effect.map(|e| serde_json::to_value(e.request));
                let effect = effect.and_then(Result::ok).map(|e| format!(": {}", json::line(&e)));
                problem(format!("{}{}", unanswered(), effect.unwrap_or_default()));
            }
        }
        let state = session.state();
        let (setting, steps) = session.into_steps();
        Ok(Played { seen, problems, state, walked: walked(setting, steps) })
    }

    /// Expects what was seen. Traces and the state are taken only where they were expected before.
    pub fn bless(&mut self, played: &Played) {
        for (turn, seen) in self.turns.iter_mut().zip(&played.seen) {
            let trace = turn.expected.trace.is_some();
            turn.expected = Seen { trace: seen.trace.clone().filter(|_| trace), ..seen.clone() };
        }
        if self.state.is_some() {
            self.state = serde_json::to_value(&played.state).ok();
        }
    }
}

fn walked(setting: Setting, mut steps: Steps) -> Vec<Walked> {
    let own = (None, setting.workflow);
    let called = setting.called.0.into_iter().map(|(id, workflow)| (Some(id), workflow));
    let all = std::iter::once(own).chain(called);
    all.map(|(id, workflow)| Walked::new(workflow, steps.of(id.as_deref()))).collect()
}

fn unanswered() -> String {
    "the workflow waits for the result of an effect; the turn after it must be \
     {\"result\": {…}}, such as {\"result\": {\"type\": \"http\", \"status\": 200, \"body\": {}}}"
        .to_owned()
}

fn disagreement(event: &Event, ignored: bool, took: &Took) -> Option<String> {
    match (&took.ignored, ignored) {
        (Some(reason), false) => Some(format!(
            "{} is not taken: {reason}; if that is meant, add \"ignored\": true",
            event.describe()
        )),
        (None, true) => Some(format!("{} is taken, not ignored", event.describe())),
        _ => None,
    }
}
