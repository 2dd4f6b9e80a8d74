//! One turn of a session: an event in, messages and the new state out. The nodes decide; this moves between them.

mod ignored;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use self::ignored::{ignored, reason_to_ignore};
use crate::failure::Failure;
use crate::limits::{MAX_CALLS, MAX_STEPS, MAX_VARS_BYTES};
use crate::node::{Move, NEXT, Returned, Wake};
use crate::turn::Turn;
use crate::{
    Awaits, Caller, Change, Content, Effect, EffectResult, Program, Programs, Reply, Request,
    Route, State, Timestamp, Trace,
};

/// What a turn can see besides the session's own state.
#[derive(Copy, Clone)]
pub struct Scope<'a> {
    /// The time of this turn.
    pub now: Timestamp,
    /// What the trigger brought, 16 KiB as JSON at most: `{{context.x}}`, also as `{{trigger.x}}`.
    pub context: &'a Map<String, Value>,
    /// The contact: `{{contact.name}}`.
    pub contact: &'a Value,
    /// Where called workflows are found.
    pub programs: &'a dyn Programs,
    /// Whether there is a language model.
    pub has_model: bool,
    /// Whether a session runs in the workflow's graph already: then [`Event::Message`] does not begin another there.
    pub graph_runs: bool,
}

/// What happens to a session.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "SimulationEvent"))]
pub enum Event {
    /// It begins, or begins anew; what it had saved stays.
    Start {
        /// The node to begin at; `None` is the graph's entry.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<String>,
    },
    /// It begins with a message that no session waited for: the routing decides where.
    Message(Reply),
    /// The contact answers. Ignored unless the session [awaits a reply](State::awaits_reply). It is taken also
    /// after the deadline: give the session [`Event::Timeout`] before it.
    Reply(Reply),
    /// The contact, who is on the phone, was asked and said nothing. Ignored unless the session
    /// [awaits a reply](State::awaits_reply).
    Silence,
    /// The deadline has passed. Ignored before it has, and where there is none.
    Timeout,
    /// What came of an effect. Ignored unless the session waits for just that one.
    Result {
        /// [`Effect::number`].
        effect: u32,
        /// What came of it.
        result: EffectResult,
    },
}

/// What a turn did.
#[derive(Serialize, Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "SimulatedStep"))]
pub struct Step {
    /// What is to be sent, in order. Empty when the turn failed.
    pub messages: Vec<Content>,
    /// By the place of a message in `messages`: the approved one that goes instead of it where the channel takes no other.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub outside_window: BTreeMap<usize, Content>,
    /// How the session stands after it.
    pub status: Status,
    /// What the session waits for, where it waits for the world: to be carried out, and to be answered with
    /// [`Event::Result`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// What is to be changed in the contact, in order. Empty when the turn failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// Whether a person should look at the conversation.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub needs_attention: bool,
    /// Whether automation should pause: a person takes over.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub handed_off: bool,
    /// The person whom a call is put through to, where a `handoff` names one: E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub put_through: Option<String>,
    /// The way that [`Event::Message`] took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
    /// What happened, for the workflow's author; at most 500 entries.
    pub trace: Vec<Trace>,
}

/// How a session stands after a turn.
#[derive(Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "SessionStatus"))]
pub enum Status {
    /// It waits; [`State::awaits`] says for what.
    Waiting {
        /// When to send [`Event::Timeout`]; `None`: never.
        #[serde(skip_serializing_if = "Option::is_none")]
        deadline: Option<Timestamp>,
    },
    /// It is over. Also what an ignored event gives where no session waits.
    Completed {
        /// How it ended: what an `end` says; `handoff`; or the name of the port that led nowhere, such as `timeout`
        /// or `invalid`. `None`: it came to an end without a word.
        #[serde(skip_serializing_if = "Option::is_none")]
        outcome: Option<String>,
    },
    /// It is over because it could not go on. A turn that fails sends nothing, so that the caller may keep the
    /// new state without sending half a turn, and a workflow that goes wrong cannot flood a contact.
    Failed {
        /// A stable name, one of [`crate::FAILURES`].
        code: &'static str,
        /// What went wrong, for the workflow's author.
        message: String,
    },
}

/// Applies one event to a session of `program`. The same arguments always give the same step and state.
pub fn advance(program: &Program, state: &mut State, event: &Event, scope: &Scope<'_>) -> Step {
    if let Some(reason) = reason_to_ignore(state, event, scope.now) {
        return ignored(state, reason);
    }
    let mut turn = Turn::new(program, state, scope);
    let mut run = Run { steps: 0, effect: None, route: None, root: program };
    let status = run.run(&mut turn, event).unwrap_or_else(|failure| {
        over(turn.state);
        turn.messages.clear();
        turn.outside_window.clear();
        turn.changes.clear();
        run.effect = None;
        Status::Failed { code: failure.code(), message: failure.to_string() }
    });
    Step {
        messages: std::mem::take(&mut turn.messages),
        outside_window: std::mem::take(&mut turn.outside_window),
        status,
        effect: run.effect,
        changes: std::mem::take(&mut turn.changes),
        needs_attention: turn.needs_attention,
        handed_off: turn.handed_off,
        put_through: turn.put_through.take(),
        route: run.route,
        trace: turn.into_trace(),
    }
}

/// What a turn comes to, besides what the nodes do.
struct Run<'a> {
    steps: usize,
    effect: Option<Effect>,
    route: Option<Route>,
    /// The session's own program.
    root: &'a Program,
}

impl<'a> Run<'a> {
    /// From the event to the next node that waits, or to the end. What fails in a called workflow fails the call.
    fn run(&mut self, turn: &mut Turn<'a>, event: &Event) -> Result<Status, Failure> {
        let mut decided = self.begin(turn, event);
        loop {
            decided = match decided {
                Ok(decided) => match self.go(turn, decided) {
                    Ok(Ok(status)) => return Ok(status),
                    Ok(Err(next)) => Ok(next),
                    Err(failure) => Err(failure),
                },
                Err(failure) if turn.state.callers.is_empty() || failure.is_of_the_turn() => {
                    return Err(failure);
                }
                Err(failure) => {
                    self.come_back(turn, &Returned::Failed { reason: failure.to_string() })
                }
            };
        }
    }

    /// The first decision of a turn.
    fn begin(&mut self, turn: &mut Turn<'a>, event: &Event) -> Result<Move, Failure> {
        match event {
            Event::Start { at } => {
                over(turn.state);
                turn.at = match at {
                    Some(at) => find(turn.program, at)?,
                    None => turn.program.start().ok_or(Failure::NoGraph)?,
                };
                self.enter(turn)
            }
            Event::Message(reply) => {
                over(turn.state);
                let reply = reply.bounded();
                turn.state.input = Some(reply.clone());
                let (route, at) = turn.program.router().route(turn, &reply)?;
                self.route = Some(route);
                turn.at = at;
                self.enter(turn)
            }
            Event::Reply(reply) => {
                let reply = reply.bounded();
                turn.state.input = Some(reply.clone());
                self.wake(turn, Wake::Reply(&reply))
            }
            Event::Silence => self.wake(turn, Wake::Silence),
            Event::Timeout => self.wake(turn, Wake::Timeout),
            Event::Result { result, .. } => self.wake(turn, Wake::Result(result)),
        }
    }

    /// Does what a node decided: the status that the turn ends with, or the next decision.
    fn go(&mut self, turn: &mut Turn<'a>, decided: Move) -> Result<Result<Status, Move>, Failure> {
        match decided {
            Move::Wait { awaits, deadline } => Ok(Ok(wait(turn, awaits, deadline))),
            Move::Request(request) => Ok(Ok(self.request(turn, request))),
            Move::Stop { outcome } => {
                over(turn.state);
                Ok(Ok(Status::Completed { outcome }))
            }
            Move::End { outcome } => self.end(turn, outcome),
            Move::Call { workflow, vars } => self.call(turn, &workflow, vars).map(Err),
            Move::Leave(port) => {
                let to = turn.program.after(turn.at, &port);
                let name = to.map(|to| turn.program.id(to).to_owned());
                turn.trace(Trace::Left { node: turn.node(), port: port.clone(), to: name });
                let Some(to) = to else {
                    return self.end(turn, (port != NEXT).then_some(port));
                };
                turn.at = to;
                self.enter(turn).map(Err)
            }
        }
    }

    fn enter(&mut self, turn: &mut Turn<'a>) -> Result<Move, Failure> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(Failure::StepLimit);
        }
        turn.state.attempts = 0;
        turn.trace(Trace::Entered { node: turn.node() });
        turn.program.node(turn.at).enter(turn)
    }

    /// Lets the node go on at which the session stands.
    fn wake(&mut self, turn: &mut Turn<'a>, wake: Wake<'_>) -> Result<Move, Failure> {
        self.find_program(turn)?;
        let waiting = turn.state.node.clone().unwrap_or_default();
        turn.at = find(turn.program, &waiting)?;
        turn.program.node(turn.at).resume(turn, wake)
    }

    /// Turns to the program in which the session stands.
    fn find_program(&self, turn: &mut Turn<'a>) -> Result<(), Failure> {
        let program = match &turn.state.pin {
            None => self.root,
            Some(pin) => {
                let pinned = turn.scope.programs.pinned(pin);
                pinned.ok_or_else(|| Failure::CalledNotFound(pin.workflow.clone()))?
            }
        };
        turn.go_to(program, 0);
        Ok(())
    }

    fn request(&mut self, turn: &mut Turn<'a>, request: Request) -> Status {
        turn.state.effect = turn.state.effect.wrapping_add(1).max(1);
        let number = turn.state.effect;
        turn.trace(Trace::Requested { node: turn.node(), effect: number });
        self.effect = Some(Effect { number, request });
        wait(turn, Awaits::Effect, None)
    }

    /// Goes into another workflow; where that cannot be, the node that called goes on at once.
    fn call(
        &mut self,
        turn: &mut Turn<'a>,
        workflow: &str,
        vars: Map<String, Value>,
    ) -> Result<Move, Failure> {
        let refused = |turn: &mut Turn<'a>, reason: String| {
            turn.program.node(turn.at).resume(turn, Wake::Returned(&Returned::Failed { reason }))
        };
        if turn.state.callers.len() >= MAX_CALLS {
            let reason = format!("more than {MAX_CALLS} workflows called one another");
            return refused(turn, reason);
        }
        let found = turn.scope.programs.published(workflow);
        let Some((pin, program)) = found else {
            return refused(turn, format!("there is no published workflow `{workflow}`"));
        };
        let Some(entry) = program.start() else {
            return refused(turn, format!("the workflow `{workflow}` has no graph"));
        };
        turn.trace(Trace::Called { node: turn.node(), workflow: workflow.to_owned() });
        turn.state.callers.push(Caller {
            node: turn.node(),
            pin: turn.state.pin.replace(pin),
            vars: std::mem::replace(&mut turn.state.vars, vars),
        });
        turn.go_to(program, entry);
        if turn.vars_length() > MAX_VARS_BYTES {
            return Err(Failure::VarsLimit);
        }
        self.enter(turn)
    }

    /// The workflow in which the session stands is over.
    fn end(
        &mut self,
        turn: &mut Turn<'a>,
        outcome: Option<String>,
    ) -> Result<Result<Status, Move>, Failure> {
        if turn.state.callers.is_empty() {
            over(turn.state);
            return Ok(Ok(Status::Completed { outcome }));
        }
        let vars = std::mem::take(&mut turn.state.vars);
        self.come_back(turn, &Returned::Ended { outcome, vars }).map(Err)
    }

    /// Back to the node that called.
    fn come_back(&mut self, turn: &mut Turn<'a>, returned: &Returned) -> Result<Move, Failure> {
        let Some(Caller { pin, node, vars }) = turn.state.callers.pop() else {
            return Err(Failure::NoGraph);
        };
        turn.state.pin = pin;
        turn.state.vars = vars;
        self.find_program(turn)?;
        turn.at = find(turn.program, &node)?;
        let outcome = match returned {
            Returned::Ended { outcome, .. } => outcome.clone(),
            Returned::Failed { .. } => None,
        };
        turn.trace(Trace::Returned { node, outcome });
        turn.program.node(turn.at).resume(turn, Wake::Returned(returned))
    }
}

fn find(program: &Program, id: &str) -> Result<usize, Failure> {
    program.find(id).ok_or_else(|| Failure::NodeNotFound(id.to_owned()))
}

/// The session stays at the present node.
fn wait(turn: &mut Turn<'_>, awaits: Awaits, deadline: Option<Timestamp>) -> Status {
    turn.state.node = Some(turn.node());
    turn.state.awaits = awaits;
    turn.state.deadline = deadline;
    Status::Waiting { deadline }
}

/// The session stands nowhere, and returns to nobody. Its own variables stay.
fn over(state: &mut State) {
    if let Some(first) = state.callers.drain(..).next() {
        state.vars = first.vars;
    }
    state.node = None;
    state.pin = None;
    state.attempts = 0;
    state.awaits = Awaits::Nothing;
    state.deadline = None;
}

#[cfg(test)]
mod tests;
