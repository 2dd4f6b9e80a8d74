//! What teams poll for: each session and each message is listed once, however many tried to write it.

use std::collections::BTreeSet;

use conversation::Body;
use flow::Timestamp;
use store::keys;
use store::memory::block_on;
use uuid::Uuid;

use super::{Whole, ensure};
use crate::simulation::{Simulation, setup};

impl Simulation {
    pub(super) fn listed(&self, all: &[Whole]) -> Result<(), String> {
        let store = setup::open(&self.world.kv);
        let now = Timestamp(self.world.clock.get());
        let listed =
            block_on(polling::sessions(&store, setup::TEAM, None, now)).expect("no faults");
        let started: Vec<_> = all.iter().flat_map(|whole| &whole.document.sessions).collect();
        same(listed.iter().map(|view| view.id), started.iter().map(|session| session.id))?;
        for view in &listed {
            let session = started.iter().find(|session| session.id == view.id);
            let right =
                session.is_some_and(|s| (s.status, s.workflow) == (view.status, view.flow_id));
            ensure(right, || format!("{view:?} is {session:?}"))?;
        }
        for flow in [setup::offer(), setup::welcome()] {
            let of_flow = block_on(polling::sessions(&store, setup::TEAM, Some(flow), now));
            let expected = started.iter().filter(|session| session.workflow == flow);
            same(
                of_flow.expect("no faults").iter().map(|view| view.id),
                expected.clone().map(|session| session.id),
            )?;
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
