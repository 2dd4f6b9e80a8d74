//! Phone calls of a conversation, at most one of them under way. A call that we make is placed from the outbox, like a
//! message; what is said in a call is in the log, and read from there by the provider's requests, a step each
//! (`turn/phone.rs`).

mod step;

use channels::telephony::CallStatus;
use flow::{Awaits, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::step::{CallStep, Parting, Then};
use crate::{Channel, Conversation, EventId, MessageError, Session, identity, limits};

/// How long a call is believed in of which nothing is heard, in milliseconds: a text of 4,096 characters takes some five
/// minutes to be spoken.
const SILENT: u64 = 10 * 60_000;
/// How long a call lasts that was put through, in milliseconds: Twilio's limit of every call
/// (page: voice/twiml/dial, `timeLimit`).
const PUT_THROUGH: u64 = 4 * 60 * 60_000;
/// Steps of a call whose answer is known, should they be asked for again.
const STEPS: usize = 4;
/// Sessions of a call that are remembered: one at a time speaks, and the newest are those that may still run.
const CALL_SESSIONS: usize = 8;

/// A phone call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhoneCall {
    /// Derived from what it was begun by.
    pub id: Uuid,
    /// Who calls.
    pub direction: CallDirection,
    /// How far it came. Only moves forward.
    pub status: PhoneCallStatus,
    /// The provider's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// The request that it is made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<EventId>,
    /// Where the list of the agent's calls names this one: other entries of it are of no account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<u64>,
    /// The sessions that speak in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<Uuid>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it rang.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ringing_at: Option<Timestamp>,
    /// When it was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// When it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// How long it took, in seconds, as the provider says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
    /// Why it ended, such as `completed`, `hung_up`, `no_answer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<MessageError>,
    /// The number of the last message before it.
    pub after: u64,
    /// The number of its last message, once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<u64>,
    /// How often in a row nothing was said.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub silences: u32,
    /// Whether the contact may say what it likes: an agent without a graph listens.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_open: bool,
    /// The newest steps, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<CallStep>,
    /// When it counts as over if nothing more is heard of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CallDirection {
    /// The contact.
    Inbound,
    /// We do.
    Outbound,
}

/// How far a call came (contract/console-bimpe.md, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum PhoneCallStatus {
    /// It is to be placed, or the provider places it.
    Queued,
    /// It rings.
    Ringing,
    /// They talk.
    Answered,
    /// It is over.
    Ended,
    /// The line was busy.
    Busy,
    /// It could not be placed, or nobody answered.
    Failed,
    /// It was given up before it was answered.
    Cancelled,
}

/// An entry of the list `calls:<agent>`. It counts where [`PhoneCall::listed`] is its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallEntry {
    /// Where the call is.
    pub conversation: Uuid,
    /// Which.
    pub call: Uuid,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl PhoneCallStatus {
    /// Whether the call is over.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Ended | Self::Busy | Self::Failed | Self::Cancelled)
    }

    /// What a provider's status means, and why the call is over if it is.
    #[must_use]
    pub fn of(status: CallStatus) -> (Self, Option<&'static str>) {
        match status {
            CallStatus::Queued => (Self::Queued, None),
            CallStatus::Ringing => (Self::Ringing, None),
            CallStatus::InProgress => (Self::Answered, None),
            CallStatus::Completed => (Self::Ended, Some("completed")),
            CallStatus::Busy => (Self::Busy, Some("busy")),
            CallStatus::NoAnswer => (Self::Failed, Some("no_answer")),
            CallStatus::Failed => (Self::Failed, Some("failed")),
            CallStatus::Canceled => (Self::Cancelled, Some("canceled")),
        }
    }

    fn rank(self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::Ringing => 1,
            Self::Answered => 2,
            Self::Ended | Self::Busy | Self::Failed | Self::Cancelled => 3,
        }
    }
}

impl PhoneCall {
    /// The id of the call that the provider knows by `provider_id`.
    #[must_use]
    pub fn inbound_id(conversation: Uuid, provider_id: &str) -> Uuid {
        identity::derive("call", &[&conversation.to_string(), provider_id])
    }

    /// The id of the call in which a session begins.
    #[must_use]
    pub fn of_session(session: Uuid) -> Uuid {
        identity::derive("call", &[&session.to_string()])
    }

    pub(crate) fn new(id: Uuid, direction: CallDirection, after: u64, now: Timestamp) -> Self {
        Self {
            id,
            direction,
            status: PhoneCallStatus::Queued,
            provider_id: None,
            request: None,
            listed: None,
            sessions: Vec::new(),
            created_at: now,
            ringing_at: None,
            answered_at: None,
            ended_at: None,
            duration: None,
            end_reason: None,
            error: None,
            after,
            last: None,
            silences: 0,
            is_open: false,
            steps: Vec::new(),
            until: None,
        }
    }

    /// Whether they talk.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.status == PhoneCallStatus::Answered
    }

    /// The answer to a step, if it is known: to one that was forgotten, and came before, the newest.
    #[must_use]
    pub fn step(&self, n: u32) -> Option<&CallStep> {
        let newest = self.steps.last().filter(|newest| n <= newest.n)?;
        Some(self.steps.iter().find(|step| step.n == n).unwrap_or(newest))
    }

    pub(crate) fn push_step(&mut self, step: CallStep) {
        if self.steps.len() >= STEPS {
            self.steps.remove(0);
        }
        self.steps.push(step);
    }

    /// Something was heard of it.
    pub(crate) fn is_there(&mut self, now: Timestamp) {
        let put_through =
            matches!(self.steps.last(), Some(CallStep { then: Then::PutThrough { .. }, .. }));
        let time = if put_through { PUT_THROUGH } else { SILENT };
        self.until = Some(Timestamp(now.0 + time));
    }

    /// Moves it on. Whether it did.
    pub(crate) fn move_to(&mut self, status: PhoneCallStatus, now: Timestamp) -> bool {
        if status.rank() <= self.status.rank() {
            return false;
        }
        self.status = status;
        match status {
            PhoneCallStatus::Ringing => self.ringing_at = Some(now),
            PhoneCallStatus::Answered => self.answered_at = Some(now),
            _ => {}
        }
        true
    }
}

impl Conversation {
    /// The call that is under way, or to be placed.
    #[must_use]
    pub fn live_call(&self) -> Option<&PhoneCall> {
        self.phone_calls.last().filter(|call| !call.status.is_final())
    }

    /// The call of that id, if the document still holds it.
    #[must_use]
    pub fn phone_call(&self, id: Uuid) -> Option<&PhoneCall> {
        self.phone_calls.iter().find(|call| call.id == id)
    }

    pub(crate) fn phone_call_mut(&mut self, id: Uuid) -> Option<&mut PhoneCall> {
        self.phone_calls.iter_mut().find(|call| call.id == id)
    }

    /// Whether what is said now is said in a call.
    pub(crate) fn is_talking(&self) -> bool {
        let is_with_person = |call: &PhoneCall| {
            matches!(call.steps.last(), Some(CallStep { then: Then::PutThrough { .. }, .. }))
        };
        let talks = |call: &PhoneCall| call.is_answered() && !is_with_person(call);
        self.live_call().is_some_and(talks)
    }

    /// The newest call, where no list names it.
    #[must_use]
    pub fn unlisted_call(&self) -> Option<CallEntry> {
        let call = self.phone_calls.last().filter(|call| call.listed.is_none())?;
        Some(CallEntry { conversation: self.id, call: call.id })
    }

    /// Notes where the list of its agent's calls names a call.
    pub fn list_call(&mut self, id: Uuid, n: u64) {
        if let Some(call) = self.phone_call_mut(id) {
            call.listed = Some(n);
        }
    }

    pub(crate) fn push_call(&mut self, call: PhoneCall) {
        if self.phone_calls.len() >= limits::PHONE_CALLS {
            self.phone_calls.remove(0);
        }
        self.phone_calls.push(call);
    }

    /// Whether what is started for the contact is a call.
    pub(crate) fn calls_for(&self, is_flow: bool) -> bool {
        is_flow && self.channel == Channel::Telephony && !self.test
    }

    /// The session that a message goes to: one said in a call, to one that speaks in it; one written, to one that does not.
    pub(crate) fn waiting_for(&self, call: Option<Uuid>) -> Option<&Session> {
        if self.test || self.live_call().is_none() {
            return self.waiting();
        }
        let is_for = |s: &&Session| self.speaks_in_call(s.id) == call.is_some();
        let waits = |s: &&Session| s.is_running() && s.state.awaits_reply();
        self.sessions.iter().rev().filter(waits).find(is_for)
    }

    pub(crate) fn speaks_from_now_on(&mut self, call: Uuid, session: Uuid) {
        if let Some(call) = self.phone_call_mut(call) {
            call.sessions.push(session);
            let extra = call.sessions.len().saturating_sub(CALL_SESSIONS);
            call.sessions.drain(..extra);
        }
    }

    /// Notes of a session that was just stepped whether the call goes on when it has ended: where it only answers what is
    /// said, the next thing may be said.
    pub(crate) fn note_in_call(&mut self, session: Uuid) {
        let Some(stepped) = self.sessions.iter().find(|s| s.id == session) else { return };
        let (ended, answers) = (!stepped.is_running(), stepped.answers);
        if !ended || !self.speaks_in_call(session) {
            return;
        }
        if let Some(call) = self.phone_calls.last_mut() {
            call.is_open = answers;
        }
    }

    /// Whether a session speaks in the call that is under way, or will.
    pub(crate) fn speaks_in_call(&self, session: Uuid) -> bool {
        self.live_call().is_some_and(|call| call.sessions.contains(&session))
    }

    /// Ends a call, and what was to be answered in it.
    pub(crate) fn end_call(
        &mut self,
        id: Uuid,
        status: PhoneCallStatus,
        reason: &str,
        now: Timestamp,
    ) {
        let last = self.sequence;
        let Some(call) = self.phone_call_mut(id).filter(|call| !call.status.is_final()) else {
            return;
        };
        let was_answered = call.is_answered();
        call.move_to(status, now);
        call.ended_at = Some(now);
        call.last = Some(last);
        call.end_reason = Some(reason.to_owned());
        call.until = None;
        let sessions = call.sessions.clone();
        self.outbox.retain(|entry| entry.message != id);
        self.queue.retain(|waiting| waiting.call != Some(id));
        for session in &mut self.sessions {
            let is_its = session.is_running() && sessions.contains(&session.id);
            if !is_its || session.state.awaits == Awaits::Time {
                continue;
            }
            if was_answered {
                session.complete(Some("hung_up".to_owned()), now);
            } else {
                session.fail("not_answered", format!("the call was not answered: {reason}"));
            }
        }
        self.settle_sessions(now);
    }

    /// Records that a call was placed.
    pub(crate) fn call_placed(&mut self, id: Uuid, provider_id: &str, now: Timestamp) {
        if let Some(call) = self.phone_call_mut(id) {
            call.provider_id.get_or_insert_with(|| provider_id.to_owned());
            if !call.status.is_final() {
                call.is_there(now);
            }
        }
    }

    /// Records that a call could not be placed.
    pub(crate) fn call_failed(&mut self, id: Uuid, error: MessageError, now: Timestamp) {
        if let Some(call) = self.phone_call_mut(id) {
            call.error = Some(error);
        }
        self.end_call(id, PhoneCallStatus::Failed, "failed", now);
    }

    /// When the call that is under way counts as over.
    pub(crate) fn phone_due(&self) -> Option<Timestamp> {
        self.live_call().and_then(|call| call.until)
    }
}
