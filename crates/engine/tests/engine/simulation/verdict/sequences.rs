//! Sequences: each step is said once, in order, not before its time, and none while a flow runs.

use std::collections::BTreeMap;

use conversation::{Body, Message, Session, SessionStatus};
use flow::{Content, Kind, Timestamp};
use uuid::Uuid;

use super::{Whole, ensure};
use crate::simulation::workflows::BETWEEN;

impl Whole {
    pub(super) fn sequences(&self) -> Result<(), String> {
        let mut steps: BTreeMap<Uuid, Vec<(usize, Timestamp)>> = BTreeMap::new();
        for message in &self.log {
            let Some((session, step)) = step(message) else { continue };
            let runs = self.document.sessions.iter().find(|flow| ran(flow, message.at));
            ensure(runs.is_none(), || format!("{message:?} was said while {runs:?} ran"))?;
            steps.entry(session).or_default().push((step, message.at));
        }
        for (session, steps) in &steps {
            let right = steps.iter().enumerate().all(|(nth, (step, at))| {
                let earliest = nth.checked_sub(1).map(|n| steps[n].1.0 + BETWEEN[n] * 60_000);
                *step == nth + 1 && earliest.is_none_or(|earliest| earliest <= at.0)
            });
            ensure(right, || format!("the steps of {session} were {steps:?}"))?;
        }
        let sessions = self.document.sessions.iter().filter(|s| s.kind == Kind::Sequence);
        for session in sessions.filter(|s| s.status == SessionStatus::Completed) {
            let said = steps.get(&session.id).map_or(0, Vec::len);
            let is_whole = said == BETWEEN.len() + 1 || session.outcome.is_some();
            ensure(is_whole, || format!("{session:?} ended after {said} steps"))?;
        }
        Ok(())
    }

    /// Whether a sequence stood still from its trigger on, until its contact opted out.
    pub(super) fn never_began(&self, id: Uuid) -> bool {
        let opted_out = |s: &&Session| s.outcome.as_deref() == Some("opted_out");
        let session = self.document.sessions.iter().filter(opted_out).find(|s| s.id == id);
        session.is_some_and(|session| session.kind == Kind::Sequence)
            && !self.log.iter().any(|message| message.session == Some(id))
    }
}

/// Which step of a sequence a message is.
fn step(message: &Message) -> Option<(Uuid, usize)> {
    let Body::Outbound { content: Content::Template { name, .. } } = &message.body else {
        return None;
    };
    let (_, step) = name.split_once("step ")?;
    Some((message.session?, step.parse().ok()?))
}

/// Whether a flow ran before a turn, and after it as well. One that expired ran until then at least.
fn ran(flow: &Session, turn: Timestamp) -> bool {
    let until = match flow.status {
        SessionStatus::Running => Timestamp(u64::MAX),
        SessionStatus::Completed => flow.completed_at.unwrap_or(flow.created_at),
        SessionStatus::Expired => flow.expires_at,
        SessionStatus::Failed => flow.last_interaction_at,
    };
    flow.kind.is_flow() && flow.created_at < turn && turn < until
}
