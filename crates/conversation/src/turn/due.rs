//! What is due in a turn: timers, beginnings and expiries, before its events; and after them what a flow held back.

use flow::{Event, Kind};
use uuid::Uuid;

use super::{OPTED_OUT, Programs, Turn};
use crate::{Consent, Conversation, limits};

impl<P: Programs> Turn<'_, P> {
    /// Fires the timers that are due, in the order they are due.
    pub(super) fn fire_timers(&mut self, conversation: &mut Conversation) {
        self.end_silent_call(conversation);
        while self.fired < limits::TIMERS_A_TOUCH
            && let Some(id) = conversation.first_due(self.now).map(|session| session.id)
        {
            self.fire(conversation, id);
        }
    }

    /// Lets sequences go on that a flow held back which has ended in this turn: at once, what was due first before the rest.
    pub(super) fn release_sequences(&mut self, conversation: &mut Conversation) {
        self.take_results(conversation);
        while self.fired < limits::TIMERS_A_TOUCH
            && let Some(due) = conversation.first_due(self.now)
            && due.kind == Kind::Sequence
        {
            let id = due.id;
            self.fire(conversation, id);
        }
    }

    /// Does what is due in a session: it begins, times out or expires.
    fn fire(&mut self, conversation: &mut Conversation, id: Uuid) {
        self.fired += 1;
        let opted_out = conversation.consent(self.known) == Consent::OptedOut;
        // Who is on the phone hears what is said in the call.
        let wants_nothing =
            conversation.wants_nothing(self.known) && !conversation.speaks_in_call(id);
        let Some(session) = conversation.sessions.iter_mut().find(|session| session.id == id)
        else {
            return;
        };
        // A flow may answer what was written after a STOP; a sequence answers nothing.
        if wants_nothing || session.kind == Kind::Sequence && opted_out {
            session.complete(Some(OPTED_OUT.to_owned()), self.now);
        } else if session.is_over(self.now) || session.waits_for_call() {
            session.expire();
        } else if session.beginning.is_some() {
            return self.start(conversation, id);
        } else {
            return self.advance(conversation, id, &Event::Timeout);
        }
        conversation.settle_sessions(self.now);
    }
}
