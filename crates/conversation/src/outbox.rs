//! The outbox: messages are committed with the state that produced them, and sent from here under a lease, so that
//! only one turn sends them and an error of the engine never repeats a send (G3).

use std::time::Duration;

use channels::whatsapp::{self, Backoff, WindowClosed};
use flow::{Content, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::lease::{jitter, millis};
use crate::log::content_bytes;
use crate::{
    Body, Channel, Conversation, EntryState, Message, MessageError, MessageStatus, PhoneCall,
    limits,
};

/// How long a message without any answer waits for a receipt before it is sent again.
pub(crate) const UNANSWERED: u64 = 5 * 60_000;
/// How long a message waits when its channel is stopped, before it is tried again.
const STOPPED: u64 = 5 * 60_000;
/// How old a message may become on a stopped channel.
const STOPPED_FOR: u64 = 24 * 60 * 60_000;

/// A message that is not settled with the channel yet. Its content is in the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The message in the log, or the phone call.
    pub message: Uuid,
    /// Who sends it, or what it waits for.
    #[serde(flatten)]
    pub state: EntryState,
    /// How often sending it was tried.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub tries: u32,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// What a turn holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Held {
    /// A message to be sent.
    Message(Box<Message>),
    /// A phone call to be placed.
    Call(Box<PhoneCall>),
}

impl Held {
    /// The message's id, or the call's.
    #[must_use]
    pub fn id(&self) -> Uuid {
        match self {
            Self::Message(message) => message.id,
            Self::Call(call) => call.id,
        }
    }
}

/// What came of trying to send a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// The provider accepted it.
    Accepted {
        /// The provider's id of the message.
        provider_id: String,
    },
    /// The provider refused it for good, or we did.
    Refused(MessageError),
    /// The provider takes only approved templates, and it was none.
    WindowClosed(MessageError),
    /// The provider refused it for now.
    Retry {
        /// Why.
        error: MessageError,
        /// How waiting grows from try to try.
        backoff: Backoff,
        /// The wait that the provider asks for, at least.
        after: Option<Duration>,
    },
    /// It was not tried: the channel is stopped until its credentials are replaced.
    Stopped(MessageError),
    /// The provider did not answer.
    Unanswered,
}

impl Attempt {
    /// To be tried again after the usual waits.
    #[must_use]
    pub fn retry(error: MessageError) -> Self {
        Self::Retry { error, backoff: Backoff::Usual, after: None }
    }
}

/// What [`crate::Turn::settle`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// The attempt was recorded.
    Recorded,
    /// It had been settled before, by a receipt or by this very turn.
    Before,
}

impl Conversation {
    /// The messages that `turn` holds, in the order of sending.
    pub fn held(&self, turn: Uuid) -> impl Iterator<Item = &Message> {
        self.outbox
            .iter()
            .filter(move |entry| entry.state.is_held_by(turn))
            .filter_map(|entry| self.message(entry.message))
    }

    /// What `turn` has to send first.
    #[must_use]
    pub fn first_held(&self, turn: Uuid) -> Option<Held> {
        let entry = self.outbox.iter().find(|entry| entry.state.is_held_by(turn))?;
        let message = || Some(Held::Message(Box::new(self.message(entry.message)?.clone())));
        let call = self.phone_call(entry.message).cloned();
        call.map(|call| Held::Call(Box::new(call))).or_else(message)
    }

    /// Adds what a workflow says to the log, and to the outbox where it is to be sent.
    pub(crate) fn say(
        &mut self,
        id: Uuid,
        content: Content,
        session: Option<Uuid>,
        now: Timestamp,
    ) {
        self.sequence += 1;
        let mut message = Message {
            id,
            sequence: self.sequence,
            at: now,
            body: Body::Outbound { content },
            status: MessageStatus::Queued,
            provider_id: None,
            request: None,
            resent_as: None,
            outside_window: None,
            reply_to: None,
            error: None,
            session,
        };
        if self.delivers_by_reading() {
            message.status = MessageStatus::Sent;
        } else if let Err(closed) = self.may_send(&message.body, now) {
            message.status = MessageStatus::Failed;
            message.error = Some(MessageError {
                code: WindowClosed::CODE.to_string(),
                message: closed.to_string(),
            });
        } else {
            self.outbox.push(Entry { message: id, state: EntryState::QUEUED, tries: 0 });
        }
        self.log.push_back(message);
    }

    /// Whether a message is on its way to the provider: sent by some turn now, with whatever is before it. Not one that
    /// waits for another try, or behind one that does.
    #[must_use]
    pub fn is_leaving(&self, message: Uuid) -> bool {
        let Some(at) = self.outbox.iter().position(|entry| entry.message == message) else {
            return false;
        };
        self.outbox[..=at].iter().all(|entry| {
            matches!(
                entry.state,
                EntryState::Sending { .. } | EntryState::Queued { not_before: None }
            )
        })
    }

    /// Whether more messages fit the outbox.
    pub(crate) fn outbox_takes(&self, more: &[Content]) -> bool {
        if self.delivers_by_reading() || more.is_empty() {
            return true;
        }
        let waiting = self.outbox.iter().filter_map(|entry| self.message(entry.message));
        let bytes: usize = waiting.map(Message::bytes).chain(more.iter().map(content_bytes)).sum();
        self.outbox.len() + more.len() <= limits::OUTBOX && bytes <= limits::OUTBOX_BYTES
    }

    /// Whether the outbox takes nothing more.
    pub(crate) fn outbox_is_full(&self) -> bool {
        !self.delivers_by_reading() && self.outbox.len() >= limits::OUTBOX
    }

    /// Where the contact reads the log, or hears it in a call, nothing is sent.
    fn delivers_by_reading(&self) -> bool {
        self.test || self.channel == Channel::Webchat || self.is_talking()
    }

    pub(crate) fn may_send(&self, body: &Body, now: Timestamp) -> Result<(), WindowClosed> {
        match body {
            Body::Outbound { content } if self.channel == Channel::Whatsapp => {
                whatsapp::may_send(self.last_inbound_at, now, content)
            }
            _ => Ok(()),
        }
    }

    /// Gives leases that have run out, and messages nobody answered for, back to the queue. With a message that its holder
    /// does not settle in time, go those that it took later: else it would send them before that one.
    pub(crate) fn reclaim(&mut self, now: Timestamp) {
        let mut late = None;
        for entry in &mut self.outbox {
            let due = match entry.state {
                EntryState::Sending { turn, .. } => {
                    late = if entry.state.is_over(now) { Some(turn) } else { late };
                    late == Some(turn)
                }
                EntryState::Unknown { until } => until <= now,
                EntryState::Queued { .. } => false,
            };
            if due {
                entry.state = EntryState::QUEUED;
            }
        }
    }

    /// Takes what can be sent for `turn`, in order: up to the first entry that waits, or is not its own, and nothing
    /// while another turn is sending; that turn takes what came in meanwhile.
    pub(crate) fn take(&mut self, turn: Uuid, not_mine: Option<Uuid>, now: Timestamp) {
        for entry in &mut self.outbox {
            match entry.state {
                _ if Some(entry.message) == not_mine => break,
                EntryState::Queued { .. } if entry.state.is_ready(now) => {
                    entry.state = EntryState::taken(turn, now);
                }
                // Not renewed here: a turn that is applied again must find nothing to change.
                EntryState::Sending { turn: holder, .. } if holder == turn => {}
                _ => break,
            }
        }
    }

    /// Gives back what `turn` still holds: it must not overtake the message before it, which has to wait.
    fn release(&mut self, turn: Uuid) {
        for entry in &mut self.outbox {
            if entry.state.is_held_by(turn) {
                entry.state = EntryState::QUEUED;
            }
        }
    }

    /// Gives up what nobody has begun to send.
    pub(crate) fn cancel(&mut self, error: &MessageError, now: Timestamp) {
        let begun = |entry: &Entry| !matches!(entry.state, EntryState::Queued { .. });
        let (kept, given_up): (Vec<Entry>, Vec<Entry>) = self.outbox.drain(..).partition(begun);
        self.outbox = kept;
        for entry in given_up {
            self.failed(entry.message, error.clone(), now);
        }
    }

    /// Records what came of sending a message.
    pub(crate) fn settle(
        &mut self,
        id: Uuid,
        turn: Uuid,
        attempt: &Attempt,
        now: Timestamp,
    ) -> Settled {
        if self.is_of_what_was_replaced(id, attempt) {
            return Settled::Before;
        }
        let Some(at) = self.outbox.iter().position(|entry| entry.message == id) else {
            return self.settle_late(id, attempt);
        };
        if let Attempt::Accepted { provider_id } = attempt {
            // Accepted is accepted, even if the lease had run out meanwhile.
            self.outbox.remove(at);
            self.sent(id, provider_id);
            self.call_placed(id, provider_id, now);
            return Settled::Recorded;
        }
        if !self.outbox[at].state.is_held_by(turn) {
            return Settled::Before;
        }
        if let Attempt::WindowClosed(_) = attempt {
            match self.settle_closed(id) {
                None => return Settled::Before,
                Some(false) => {}
                Some(true) => {
                    self.release(turn);
                    return Settled::Recorded;
                }
            }
        }
        let called = self.phone_call(id).map_or(now, |call| call.created_at);
        let written = self.message(id).map_or(called, |message| message.at);
        let entry = &mut self.outbox[at];
        entry.tries += u32::from(!matches!(attempt, Attempt::Stopped(_)));
        match after(attempt, entry, written, now) {
            Ok(state) => {
                entry.state = state;
                self.release(turn);
            }
            Err(error) => {
                self.outbox.remove(at);
                self.failed(id, error, now);
            }
        }
        Settled::Recorded
    }

    /// The message left the outbox before: a receipt was faster, or this is the same turn, applied again.
    fn settle_late(&mut self, id: Uuid, attempt: &Attempt) -> Settled {
        if let (Attempt::Accepted { provider_id }, Some(message)) = (attempt, self.message_mut(id))
            && message.provider_id.is_none()
        {
            message.provider_id = Some(provider_id.clone());
            return Settled::Recorded;
        }
        Settled::Before
    }

    fn sent(&mut self, id: Uuid, provider_id: &str) {
        if let Some(message) = self.message_mut(id) {
            message.status = message.status.merge(MessageStatus::Sent);
            message.provider_id = Some(provider_id.to_owned());
        }
    }

    pub(crate) fn failed(&mut self, id: Uuid, error: MessageError, now: Timestamp) {
        if self.phone_call(id).is_some() {
            return self.call_failed(id, error, now);
        }
        if let Some(message) = self.message_mut(id)
            && message.status < MessageStatus::Failed
        {
            message.status = MessageStatus::Failed;
            message.error = Some(error);
        }
    }

    /// When the outbox next wants to be looked at.
    pub(crate) fn outbox_due(&self) -> Option<Timestamp> {
        self.outbox.iter().filter_map(|entry| entry.state.due()).min()
    }
}

/// What becomes of a message that was not accepted: it waits, or has failed.
fn after(
    attempt: &Attempt,
    entry: &Entry,
    written: Timestamp,
    now: Timestamp,
) -> Result<EntryState, MessageError> {
    match attempt {
        Attempt::Refused(error) | Attempt::WindowClosed(error) => Err(error.clone()),
        Attempt::Retry { error, backoff, after } => match backoff.delay(entry.tries) {
            Some(delay) => {
                let wait = millis(delay).max(after.map_or(0, millis))
                    + jitter(entry.message, entry.tries, delay);
                Ok(EntryState::Queued { not_before: Some(Timestamp(now.0.saturating_add(wait))) })
            }
            None => Err(error.clone()),
        },
        Attempt::Stopped(error) if now.0 >= written.0.saturating_add(STOPPED_FOR) => {
            Err(error.clone())
        }
        Attempt::Stopped(_) => {
            Ok(EntryState::Queued { not_before: Some(Timestamp(now.0 + STOPPED)) })
        }
        Attempt::Unanswered | Attempt::Accepted { .. } => match Backoff::Usual.delay(entry.tries) {
            Some(_) => Ok(EntryState::Unknown { until: Timestamp(now.0 + UNANSWERED) }),
            None => Err(MessageError {
                code: "unanswered".to_owned(),
                message: "the provider did not answer; the message may have been delivered"
                    .to_owned(),
            }),
        },
    }
}
