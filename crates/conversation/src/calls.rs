//! Calls that sessions wait for: an address, the language model. They are committed with the state that wants them and
//! carried out under a lease, like messages; unlike these they have no order.

use flow::{Effect, EffectResult, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Conversation, EntryState};

/// A call that a session waits for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// UUIDv7. The call carries it as its `Idempotency-Key`, since it is made again if its result was never recorded.
    pub id: Uuid,
    /// The session that waits.
    pub session: Uuid,
    /// What it wants.
    pub effect: Effect,
    /// What came of it while its session had to stand still, which hears it afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<EffectResult>,
    /// Who carries it out. Never unknown: what is not answered in time has timed out.
    #[serde(flatten)]
    pub state: EntryState,
}

impl Conversation {
    /// The calls that `turn` holds.
    pub fn held_calls(&self, turn: Uuid) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(move |call| call.state.is_held_by(turn))
    }

    pub(crate) fn want(&mut self, id: Uuid, session: Uuid, effect: Effect) {
        let state = EntryState::QUEUED;
        self.calls.push(Call { id, session, effect, result: None, state });
    }

    /// Takes a call out whose result has come. `None`: it came before, or is not wanted any more.
    pub(crate) fn called(&mut self, id: Uuid) -> Option<Call> {
        let at = self.calls.iter().position(|call| call.id == id)?;
        Some(self.calls.remove(at))
    }

    /// Keeps what came of a call until its session goes on. Whether the call is known.
    pub(crate) fn keep_result(&mut self, id: Uuid, result: &EffectResult) -> bool {
        let Some(call) = self.calls.iter_mut().find(|call| call.id == id) else { return false };
        call.result = Some(result.kept());
        call.state = EntryState::QUEUED;
        true
    }

    /// Takes the first call out whose result was kept, and whose session goes on.
    pub(crate) fn kept_result(&mut self) -> Option<(Call, EffectResult)> {
        let goes_on = |call: &Call| call.result.is_some() && !self.holds_session(call.session);
        let at = self.calls.iter().position(goes_on)?;
        let mut call = self.calls.remove(at);
        let result = call.result.take()?;
        Some((call, result))
    }

    /// Forgets calls that no running session waits for.
    pub(crate) fn forget_calls(&mut self) {
        let waits = |call: &Call| {
            let session = self.sessions.iter().find(|session| session.id == call.session);
            session.is_some_and(|session| {
                session.is_running() && session.state.effect == call.effect.number
            })
        };
        let kept = self.calls.iter().filter(|call| waits(call)).cloned().collect();
        self.calls = kept;
    }

    /// Gives leases that have run out back.
    pub(crate) fn reclaim_calls(&mut self, now: Timestamp) {
        for call in self.calls.iter_mut().filter(|call| call.state.is_over(now)) {
            call.state = EntryState::QUEUED;
        }
    }

    /// Takes for `turn` what nobody holds.
    pub(crate) fn take_calls(&mut self, turn: Uuid, now: Timestamp) {
        for call in &mut self.calls {
            if matches!(call.state, EntryState::Queued { .. }) && call.result.is_none() {
                call.state = EntryState::taken(turn, now);
            }
        }
    }

    /// When the calls next want to be looked at.
    pub(crate) fn calls_due(&self) -> Option<Timestamp> {
        let dues = self.calls.iter().filter_map(|call| match call.result {
            Some(_) => (!self.holds_session(call.session)).then_some(self.updated_at),
            None => call.state.due(),
        });
        dues.min()
    }
}
