//! A session that a dialogue leads: events in, steps out, the time and the contact as they become. Before each event the
//! state is written out and read back, as a store does.

use std::collections::BTreeMap;

use flow::{Awaits, Reply, Scope, State, Status, Step, Timestamp, Trace, advance};
use serde_json::{Map, Value};

use crate::coverage::Steps;
use crate::{Event, Setting};

/// Timeouts that may fire in one `wait`: a workflow that waits in a circle would fire them for ever.
const MAX_FIRED: usize = 1_000;

/// A session, its contact and its clock.
#[derive(Debug)]
pub(crate) struct Session {
    setting: Setting,
    /// The state, written out.
    stored: String,
    status: Option<Status>,
    steps: Steps,
}

/// What an event did.
#[derive(Debug)]
pub(crate) struct Took {
    /// All that was done; where several timeouts fired, in their order.
    pub(crate) step: Step,
    /// Why the event was ignored.
    pub(crate) ignored: Option<String>,
    /// The variables, if they are others than before.
    pub(crate) vars: Option<Map<String, Value>>,
    /// What the engine must not do.
    pub(crate) defect: Option<String>,
}

impl Session {
    /// One that has not started.
    pub(crate) fn new(setting: Setting) -> Self {
        let steps = Steps::default();
        Self { setting, stored: "{}".to_owned(), status: None, steps }
    }

    /// The state, as it was read back.
    pub(crate) fn state(&self) -> State {
        // What was written by `store` can be read: that it is the same is checked there.
        serde_json::from_str(&self.stored).unwrap_or_default()
    }

    /// What it runs, and for whom.
    pub(crate) fn setting(&self) -> &Setting {
        &self.setting
    }

    /// How it stands. `None`: it has not started.
    pub(crate) fn status(&self) -> Option<&Status> {
        self.status.as_ref()
    }

    pub(crate) fn into_steps(self) -> (Setting, Steps) {
        (self.setting, self.steps)
    }

    /// Lets something happen. A result that is to be `ignored` is one of another effect than the one waited for.
    pub(crate) fn take(&mut self, event: &Event, ignored: bool) -> Took {
        let before = match event {
            // A new session of the conversation: the variables are those of a session.
            Event::Start(_) | Event::Message(_) => {
                self.stored = "{}".to_owned();
                Map::new()
            }
            _ => self.state().vars,
        };
        let mut took = match event {
            Event::Start(at) => self.step(&flow::Event::Start { at: at.clone() }),
            Event::Message(message) => self.step(&flow::Event::Message(message.clone())),
            Event::Reply(reply) => self.step(&flow::Event::Reply(reply.clone())),
            Event::Result(result) => {
                let State { effect, awaits, .. } = self.state();
                let another = ignored && awaits == Awaits::Effect;
                let effect = if another { effect.wrapping_sub(1) } else { effect };
                self.step(&flow::Event::Result { effect, result: result.clone() })
            }
            Event::Wait(millis) => self.wait(*millis),
        };
        let vars = self.state().vars;
        took.vars = (vars != before).then_some(vars);
        took
    }

    /// Lets time pass: each timeout fires at its own time.
    fn wait(&mut self, millis: u64) -> Took {
        let end = self.setting.now.plus_millis(millis);
        let mut took = self.nothing();
        for _ in 0..MAX_FIRED {
            let due = self.state().deadline.filter(|deadline| *deadline <= end);
            let Some(deadline) = due else {
                self.setting.now = end;
                return took;
            };
            self.setting.now = deadline.max(self.setting.now);
            let next = self.step(&flow::Event::Timeout);
            took.add(next);
        }
        took.defect = Some(format!("more than {MAX_FIRED} timeouts fired"));
        took
    }

    /// What an event did that did nothing.
    fn nothing(&self) -> Took {
        let step = Step {
            messages: Vec::new(),
            outside_window: BTreeMap::new(),
            status: self.status.clone().unwrap_or(Status::Completed { outcome: None }),
            effect: None,
            changes: Vec::new(),
            needs_attention: false,
            handed_off: false,
            put_through: None,
            route: None,
            trace: Vec::new(),
        };
        Took { step, ignored: None, vars: None, defect: None }
    }

    /// Gives the engine an event.
    fn step(&mut self, event: &flow::Event) -> Took {
        let mut state = self.state();
        let contact = Value::Object(self.setting.contact.clone());
        let scope = Scope {
            now: self.setting.now,
            context: &self.setting.context,
            contact: &contact,
            programs: &self.setting.called,
            has_model: self.setting.model,
            graph_runs: false,
        };
        let standing = state.clone();
        let step = advance(&self.setting.workflow.program, &mut state, event, &scope);
        self.steps.follow(&standing, &step.trace);
        let ignored = match step.trace.as_slice() {
            [Trace::Ignored { reason }] => Some(reason.clone()),
            _ => None,
        };
        let mut took = Took { step, ignored, vars: None, defect: None };
        match (&took.ignored, &self.status) {
            (Some(_), Some(status)) => took.step.status = status.clone(),
            _ => self.status = Some(took.step.status.clone()),
        }
        self.change_contact(contact, &took.step);
        self.store(&state, &mut took);
        took
    }

    fn change_contact(&mut self, mut contact: Value, step: &Step) {
        for change in &step.changes {
            change.apply_to(&mut contact);
        }
        if let Value::Object(contact) = contact {
            self.setting.contact = contact;
        }
    }

    fn store(&mut self, state: &State, took: &mut Took) {
        self.stored = serde_json::to_string(state).unwrap_or_default();
        let waits = matches!(took.step.status, Status::Waiting { .. });
        if waits != (state.awaits != Awaits::Nothing) || waits != state.node.is_some() {
            took.defect = Some("the status and the state do not say the same".to_owned());
        }
        if self.state() != *state {
            took.defect = Some("the state is another once it is written and read".to_owned());
        }
    }

    /// Whether the contact's next message is for this session.
    pub(crate) fn awaits_reply(&self) -> bool {
        self.state().awaits_reply()
    }

    /// Whether the result of an effect is waited for.
    pub(crate) fn awaits_result(&self) -> bool {
        self.state().awaits == Awaits::Effect
    }

    /// The time in the dialogue.
    pub(crate) fn now(&self) -> Timestamp {
        self.setting.now
    }

    /// What a contact has written: for this session if it waits for it, else for the routing.
    pub(crate) fn heard(&self, reply: Reply) -> Event {
        if self.awaits_reply() { Event::Reply(reply) } else { Event::Message(reply) }
    }
}

impl Took {
    /// What came after it in the same turn.
    fn add(&mut self, next: Self) {
        let Self { step, defect, .. } = next;
        let sent = self.step.messages.len();
        let instead = step.outside_window.into_iter().map(|(n, content)| (sent + n, content));
        self.step.outside_window.extend(instead);
        self.step.messages.extend(step.messages);
        self.step.status = step.status;
        self.step.effect = step.effect.or(self.step.effect.take());
        self.step.changes.extend(step.changes);
        self.step.needs_attention |= step.needs_attention;
        self.step.handed_off |= step.handed_off;
        self.step.put_through = step.put_through.or(self.step.put_through.take());
        self.step.trace.extend(step.trace);
        self.defect = self.defect.take().or(defect);
    }
}
