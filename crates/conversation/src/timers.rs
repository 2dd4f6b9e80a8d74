//! Time: what is due is done when the conversation is touched, and a due slot makes the sweep touch it. There is
//! no background thread in a Spin app.

use flow::Timestamp;

use crate::{Conversation, Session};

const MINUTE: u64 = 60_000;

impl Conversation {
    /// When something is next to be done, if nothing happens before.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        let session = self.acting().map(Session::due).min();
        let waiting = self.has_turn_waiting().then_some(self.updated_at);
        let outside = [self.outbox_due(), self.calls_due(), self.notices_due(), self.phone_due()];
        let dues = [session, waiting, self.changes_due()].into_iter().chain(outside);
        dues.flatten().min()
    }

    /// The minute whose due slot must announce this document, if the slot that announces it now is too late or
    /// has passed. Sets `check_at` to it. A slot that is early enough serves: so a busy conversation writes a
    /// slot now and then, not every turn.
    pub(crate) fn announce(&mut self, now: Timestamp) -> Option<u64> {
        let due = self.due()?;
        // The first minute whose beginning is not before the time: a sweep then finds it due.
        let minute = due.0.max(now.0 + 1).div_ceil(MINUTE);
        let announced = self.check_at.is_some_and(|at| at > now && at.0 <= minute * MINUTE);
        if announced {
            return None;
        }
        self.check_at = Some(Timestamp(minute * MINUTE));
        Some(minute)
    }
}
