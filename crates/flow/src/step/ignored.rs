//! Events that a session has no use for.

use std::collections::BTreeMap;

use super::{Event, Status, Step};
use crate::{Awaits, State, Timestamp, Trace};

pub(super) fn reason_to_ignore(
    state: &State,
    event: &Event,
    now: Timestamp,
) -> Option<&'static str> {
    match (event, state.deadline) {
        (Event::Start { .. } | Event::Message(_), _) => None,
        _ if state.awaits == Awaits::Nothing => Some("the session does not wait for anything"),
        (Event::Reply(_) | Event::Silence, _) if !state.awaits_reply() => {
            Some("the session does not wait for an answer")
        }
        (Event::Reply(_) | Event::Silence, _) => None,
        (Event::Timeout, None) => Some("the session has no deadline"),
        (Event::Timeout, Some(deadline)) if now < deadline => Some("the deadline has not passed"),
        (Event::Timeout, Some(_)) => None,
        (Event::Result { effect, .. }, _)
            if state.awaits != Awaits::Effect || *effect != state.effect =>
        {
            Some("the session does not wait for this result")
        }
        (Event::Result { .. }, _) => None,
    }
}

pub(super) fn ignored(state: &State, reason: &str) -> Step {
    let status = match state.awaits {
        Awaits::Nothing => Status::Completed { outcome: None },
        Awaits::Reply | Awaits::Time | Awaits::Effect => {
            Status::Waiting { deadline: state.deadline }
        }
    };
    Step {
        messages: Vec::new(),
        outside_window: BTreeMap::new(),
        status,
        effect: None,
        changes: Vec::new(),
        needs_attention: false,
        handed_off: false,
        put_through: None,
        route: None,
        trace: vec![Trace::Ignored { reason: reason.to_owned() }],
    }
}
