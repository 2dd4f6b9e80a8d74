//! What follows on what is said in a call.

use uuid::Uuid;

use super::{CallTurn, Heard};
use crate::turn::{Programs, Turn};
use crate::{Conversation, Parting, SessionStatus, Then};

/// How long a contact has to begin to answer, in seconds (Twilio's own for `<Gather>`).
const LISTEN: u64 = 5;
/// The longest time that a question may wait for an answer in a call, in seconds (our choice).
const LISTEN_LONG: u64 = 60;
/// How soon a call asks again that waits for something else, in seconds.
const POLL: u64 = 1;
/// How long a call waits for a time to come, in seconds; for a later one it hangs up.
const HOLD: u64 = 60;
/// Silences in a row after which a call hangs up, whatever the workflow says: more than an `ask` repeats itself.
const SILENCES: u32 = 11;
/// Silences in a row after which a call hangs up where nothing was asked.
const SILENCES_UNASKED: u32 = 2;

impl<P: Programs> Turn<'_, P> {
    /// What follows on what was said.
    pub(super) fn then(&self, conversation: &Conversation, asked: &CallTurn) -> Then {
        let hang_up = |parting: Option<Parting>| Then::HangUp { parting };
        let Some(call) = conversation.phone_call(asked.call) else { return hang_up(None) };
        match asked.heard {
            Heard::Machine | Heard::PutThrough(true) => return hang_up(None),
            Heard::PutThrough(false) => return hang_up(Some(Parting::NobodyHere)),
            _ if call.silences >= SILENCES => return hang_up(Some(Parting::Goodbye)),
            _ => {}
        }
        if conversation.paused {
            let number = self.put_through.clone();
            return Then::PutThrough { number };
        }
        if conversation.is_calling() || conversation.has_turn_waiting() {
            return Then::Wait { seconds: POLL };
        }
        if let Some(id) = self.waiting_in_call(conversation, asked.call) {
            return Then::Listen { seconds: self.patience(conversation, id) };
        }
        let mut its = conversation.sessions.iter().filter(|s| call.sessions.contains(&s.id));
        if let Some(until) = its.clone().filter(|s| s.is_running()).find_map(|s| s.state.deadline) {
            let seconds = until.0.saturating_sub(self.now.0).div_ceil(1_000).max(1);
            if seconds <= HOLD {
                return Then::Wait { seconds };
            }
            return hang_up(Some(Parting::Goodbye));
        }
        if its.any(|session| session.status == SessionStatus::Failed) {
            return hang_up(Some(Parting::SomethingWrong));
        }
        if call.is_open {
            let enough = call.silences >= SILENCES_UNASKED;
            return if enough {
                hang_up(Some(Parting::Goodbye))
            } else {
                Then::Listen { seconds: LISTEN }
            };
        }
        if call.sessions.is_empty() {
            return hang_up(Some(Parting::NobodyHere));
        }
        hang_up(None)
    }

    /// How long a question waits for an answer, in seconds: as long as the workflow says, if that is no longer than one
    /// waits on the phone.
    fn patience(&self, conversation: &Conversation, session: Uuid) -> u64 {
        let session = conversation.sessions.iter().find(|s| s.id == session);
        let deadline = session.and_then(|session| session.state.deadline);
        let seconds = deadline.map(|at| at.0.saturating_sub(self.now.0).div_ceil(1_000));
        seconds.filter(|seconds| (1..=LISTEN_LONG).contains(seconds)).unwrap_or(LISTEN)
    }

    /// The session that an answer in the call is for.
    pub(super) fn waiting_in_call(&self, conversation: &Conversation, call: Uuid) -> Option<Uuid> {
        let rests = self.rests || conversation.paused;
        let waiting = conversation.waiting_for(Some(call)).filter(|_| !rests);
        waiting.map(|session| session.id)
    }
}
