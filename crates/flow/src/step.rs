//! One turn of a session: an event in, messages and the new state out. The nodes decide; this moves between them.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::limits::{MAX_STEPS, MAX_TEXT_CHARS};
use crate::node::{Move, NEXT, Wake};
use crate::turn::Turn;
use crate::{Awaits, Content, Program, Reply, State, Timestamp, Trace};

/// What templates and conditions can see besides the session's own state.
#[derive(Copy, Clone, Debug)]
pub struct Scope<'a> {
    /// The time of this turn.
    pub now: Timestamp,
    /// What the trigger brought, 16 KiB as JSON at most: `{{context.x}}`, also as `{{trigger.x}}`.
    pub context: &'a Map<String, Value>,
    /// The contact: `{{contact.name}}`.
    pub contact: &'a Value,
}

/// What happens to a session.
#[derive(Copy, Clone, Debug, PartialEq)]
pub enum Event<'a> {
    /// It begins, or begins anew; what it had saved stays.
    Start {
        /// The node to begin at; `None` is the graph's entry.
        at: Option<&'a str>,
    },
    /// The contact answers. Ignored unless the session [awaits a reply](State::awaits_reply). It is taken also
    /// after the deadline: give the session [`Event::Timeout`] before it.
    Reply(&'a Reply),
    /// The deadline has passed. Ignored before it has, and where there is none.
    Timeout,
}

/// What a turn did.
#[derive(Serialize, Clone, Debug, PartialEq)]
pub struct Step {
    /// What is to be sent, in order. Empty when the turn failed.
    pub messages: Vec<Content>,
    /// How the session stands after it.
    pub status: Status,
    /// Whether a person should look at the conversation, and automation should pause.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub needs_attention: bool,
    /// What happened, for the workflow's author; at most 500 entries.
    pub trace: Vec<Trace>,
}

/// How a session stands after a turn.
#[derive(Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case")]
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

/// Applies one event to a session. The same arguments always give the same step and state.
pub fn advance(program: &Program, state: &mut State, event: Event<'_>, scope: &Scope<'_>) -> Step {
    if let Some(reason) = reason_to_ignore(state, event, scope.now) {
        let status = match state.awaits {
            Awaits::Nothing => Status::Completed { outcome: None },
            Awaits::Reply | Awaits::Time => Status::Waiting { deadline: state.deadline },
        };
        let trace = vec![Trace::Ignored { reason: reason.to_owned() }];
        return Step { messages: Vec::new(), status, needs_attention: false, trace };
    }
    let mut turn = Turn::new(program, state, scope);
    let status = run(&mut turn, event).unwrap_or_else(|failure| {
        stand(turn.state, None, Awaits::Nothing, None);
        turn.messages.clear();
        Status::Failed { code: failure.code(), message: failure.to_string() }
    });
    Step {
        messages: std::mem::take(&mut turn.messages),
        status,
        needs_attention: turn.needs_attention,
        trace: turn.into_trace(),
    }
}

fn reason_to_ignore(state: &State, event: Event<'_>, now: Timestamp) -> Option<&'static str> {
    match (event, state.deadline) {
        (Event::Start { .. }, _) => None,
        _ if state.awaits == Awaits::Nothing => Some("the session does not wait for anything"),
        (Event::Reply(_), _) if !state.awaits_reply() => {
            Some("the session does not wait for an answer")
        }
        (Event::Reply(_), _) => None,
        (Event::Timeout, None) => Some("the session has no deadline"),
        (Event::Timeout, Some(deadline)) if now < deadline => Some("the deadline has not passed"),
        (Event::Timeout, Some(_)) => None,
    }
}

/// From the event to the next node that waits, or to the end.
fn run(turn: &mut Turn<'_>, event: Event<'_>) -> Result<Status, Failure> {
    let mut steps = 0;
    let mut decided = match event {
        Event::Start { at } => {
            let at = at.unwrap_or(turn.program.entry());
            turn.at = find(turn.program, at)?;
            enter(turn, &mut steps)?
        }
        Event::Reply(reply) => {
            let reply = bounded(reply);
            turn.state.input = Some(reply.clone());
            resume(turn, Wake::Reply(&reply))?
        }
        Event::Timeout => resume(turn, Wake::Timeout)?,
    };
    loop {
        match decided {
            Move::Wait { awaits, deadline } => {
                let node = turn.node();
                stand(turn.state, Some(node), awaits, deadline);
                return Ok(Status::Waiting { deadline });
            }
            Move::End { outcome } => return Ok(complete(turn, outcome)),
            Move::Leave(port) => {
                let to = turn.program.after(turn.at, &port);
                let name = to.map(|to| turn.program.id(to).to_owned());
                turn.trace(Trace::Left { node: turn.node(), port: port.clone(), to: name });
                let Some(to) = to else {
                    return Ok(complete(turn, (port != NEXT).then_some(port)));
                };
                turn.at = to;
                decided = enter(turn, &mut steps)?;
            }
        }
    }
}

fn enter(turn: &mut Turn<'_>, steps: &mut usize) -> Result<Move, Failure> {
    *steps += 1;
    if *steps > MAX_STEPS {
        return Err(Failure::StepLimit);
    }
    turn.state.attempts = 0;
    turn.trace(Trace::Entered { node: turn.node() });
    turn.program.node(turn.at).enter(turn)
}

fn resume(turn: &mut Turn<'_>, wake: Wake<'_>) -> Result<Move, Failure> {
    let waiting = turn.state.node.clone().unwrap_or_default();
    turn.at = find(turn.program, &waiting)?;
    turn.program.node(turn.at).resume(turn, wake)
}

/// An answer as it is kept: no channel's own texts are longer than [`MAX_TEXT_CHARS`], and the state stays small.
fn bounded(reply: &Reply) -> Reply {
    Reply { text: reply.text.chars().take(MAX_TEXT_CHARS).collect(), ..reply.clone() }
}

fn find(program: &Program, id: &str) -> Result<usize, Failure> {
    program.find(id).ok_or_else(|| Failure::NodeNotFound(id.to_owned()))
}

fn complete(turn: &mut Turn<'_>, outcome: Option<String>) -> Status {
    stand(turn.state, None, Awaits::Nothing, None);
    Status::Completed { outcome }
}

/// Where the session stands now.
fn stand(state: &mut State, node: Option<String>, awaits: Awaits, deadline: Option<Timestamp>) {
    if node.is_none() {
        state.attempts = 0;
    }
    state.node = node;
    state.awaits = awaits;
    state.deadline = deadline;
}

#[cfg(test)]
mod tests;
