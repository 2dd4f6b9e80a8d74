//! What teams poll for: each session and each message is listed once, however many tried to write it.

use std::collections::BTreeSet;

use conversation::{Body, Session};
use flow::Timestamp;
use polling::{OfFlow, OfSequence, Ran};
use store::memory::{MemoryKv, block_on};
use store::{Store, keys};
use uuid::Uuid;

use super::{Whole, ensure};
use crate::simulation::{Simulation, setup};

impl Simulation {
    pub(super) fn listed(&self, all: &[Whole]) -> Result<(), String> {
        let store = setup::open(&self.world.kv);
        let now = Timestamp(self.world.clock.get());
        let started: Vec<_> = all.iter().flat_map(|whole| &whole.document.sessions).collect();
        listed_of(&store, now, &started, None, |of: &OfFlow| of.flow_id)?;
        listed_of(&store, now, &started, None, |of: &OfSequence| of.sequence_id)?;
        for flow in [setup::offer(), setup::welcome(), setup::campaign()] {
            match flow == setup::campaign() {
                false => listed_of(&store, now, &started, Some(flow), |of: &OfFlow| of.flow_id)?,
                true => {
                    listed_of(&store, now, &started, Some(flow), |of: &OfSequence| of.sequence_id)?
                }
            }
            let expected = started.iter().filter(|session| session.workflow == flow);
            let counter = keys::recent_flow(setup::TEAM, &flow.to_string());
            let counted = block_on(store.count(&counter)).expect("no faults");
            let undisturbed = self.is_undisturbed();
            let expected = expected.count() as u64;
            // A host that dies between its commit and its count leaves one out, as does a store that fails then; a write that
            // failed and was done after all is not made again.
            ensure(counted <= expected && (counted == expected || !undisturbed), || {
                format!("{counted} sessions are counted of {expected}")
            })?;
        }
        let listed = block_on(polling::messages(&store, setup::TEAM, None)).expect("no faults");
        let log = all.iter().flat_map(|whole| &whole.log);
        let heard = log.filter(|message| matches!(message.body, Body::Inbound { .. }));
        same(listed.iter().map(|view| view.id), heard.map(|message| message.id))
    }

    /// Whether no task was ended, and no operation of the store failed.
    fn is_undisturbed(&self) -> bool {
        self.world.crashed.borrow().is_empty() && !self.store_failed
    }
}

/// The sessions of a kind, or of one workflow, are those that were started, each with its status and its workflow.
fn listed_of<R: Ran + std::fmt::Debug>(
    store: &Store<MemoryKv>,
    now: Timestamp,
    started: &[&Session],
    of: Option<Uuid>,
    id: impl Fn(&R) -> Uuid,
) -> Result<(), String> {
    let listed = block_on(polling::sessions::<_, R>(store, setup::TEAM, of, now));
    let listed = listed.expect("no faults");
    let expected = started.iter().filter(|session| {
        session.kind == R::KIND && of.is_none_or(|workflow| workflow == session.workflow)
    });
    same(listed.iter().map(|view| view.id), expected.clone().map(|session| session.id))?;
    for view in &listed {
        let session = expected.clone().find(|session| session.id == view.id);
        let right = session.is_some_and(|s| (s.status, s.workflow) == (view.status, id(&view.of)));
        ensure(right, || format!("{view:?} is {session:?}"))?;
    }
    Ok(())
}

fn same(
    listed: impl Iterator<Item = Uuid>,
    there: impl Iterator<Item = Uuid>,
) -> Result<(), String> {
    let (listed, there): (Vec<Uuid>, BTreeSet<Uuid>) = (listed.collect(), there.collect());
    let distinct: BTreeSet<Uuid> = listed.iter().copied().collect();
    ensure(distinct == there && listed.len() == there.len(), || {
        format!("listed are {listed:?}, there are {there:?}")
    })
}
