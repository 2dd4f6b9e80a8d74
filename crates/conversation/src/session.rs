//! A session: one run of a workflow, pinned to the version it started on.

use flow::{Kind, State, Timestamp};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::lazy::{Lazy, Part};
use crate::{Conversation, EventId, PastSession, Pinned, limits};

const MINUTE: u64 = 60_000;

/// One run of a workflow for a contact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// UUIDv7, or derived from the trigger's `Idempotency-Key`.
    pub id: Uuid,
    /// The workflow it runs.
    pub workflow: Uuid,
    /// The workflow's name when it started.
    pub workflow_name: String,
    /// What the workflow is for.
    #[serde(default, skip_serializing_if = "Kind::is_flow")]
    pub kind: Kind,
    /// SHA-256 of the published content it runs (G5).
    pub content: String,
    /// Minutes without interaction, and without an armed timer, after which it expires.
    pub ttl_minutes: u32,
    /// What started it: `api`, `inbound`.
    pub source: String,
    /// Where the list of the team's sessions names this one: other entries of it are of no account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<u64>,
    /// Whether it only answers a message, outside of the workflow's graph: then the graph can be started beside it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub answers: bool,
    /// The event that started it: by this a turn that is applied again knows its own session.
    pub event: EventId,
    /// Whether it still runs, or how it ended.
    pub status: SessionStatus,
    /// The outcome that its last node named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<SessionError>,
    /// What the trigger gave.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub context: Lazy<Map<String, Value>>,
    /// Where the flow stands, or stood.
    #[serde(default)]
    pub state: Lazy<State>,
    /// How it begins, where it had to stand still before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beginning: Option<Beginning>,
    /// Since when it stands still: a newer flow runs, or any flow beside a sequence, or the conversation is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_at: Option<Timestamp>,
    /// When it started.
    pub created_at: Timestamp,
    /// When the contact or the workflow last did something.
    pub last_interaction_at: Timestamp,
    /// When it ends by itself: the last interaction or the armed timer, whichever is later, and the time to live.
    pub expires_at: Timestamp,
    /// When it completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
}

impl Part for State {
    fn unreadable(_: &[u8]) -> Self {
        Self::default()
    }
}

impl Part for Map<String, Value> {
    fn unreadable(_: &[u8]) -> Self {
        Self::default()
    }
}

/// What lies in the document is not: it would not be there.
fn is_empty(context: &Lazy<Map<String, Value>>) -> bool {
    context.stored().is_none() && context.is_empty()
}

/// Reads the sessions of a document, for serde's `deserialize_with`. Of those that ended, what they ran with is read when somebody looks at it.
///
/// # Errors
/// When what a running session runs with cannot be read: it must not go on without.
pub fn read_sessions<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Session>, D::Error> {
    let sessions = Vec::<Session>::deserialize(from)?;
    for session in sessions.iter().filter(|session| session.is_running()) {
        let checked = session.state.check().and_then(|()| session.context.check());
        checked.map_err(D::Error::custom)?;
    }
    Ok(sessions)
}

/// How a session begins that has not yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beginning {
    /// The node to start from; the entry when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The phone call in which it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Uuid>,
}

/// How long a session waits for its call to be answered, in milliseconds: longer than placing it is tried.
const CALL_WAITS: u64 = 24 * 60 * MINUTE;

/// Whether a session still runs, or how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SessionStatus {
    /// It runs: it waits for the contact or for a time.
    Running,
    /// It came to an end.
    Completed,
    /// Nobody answered within its time to live.
    Expired,
    /// It could not go on.
    Failed,
}

/// Why a session failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionError {
    /// Stable: `step_limit`, `turn_limit`, `outbox_limit`, `workflow_unavailable`, ….
    pub code: String,
    /// For the team.
    pub message: String,
}

impl Session {
    pub(crate) fn start(
        id: Uuid,
        pinned: &Pinned,
        source: &str,
        event: EventId,
        now: Timestamp,
    ) -> Self {
        let mut session = Self {
            id,
            workflow: pinned.workflow,
            workflow_name: pinned.name.clone(),
            kind: pinned.kind,
            content: pinned.content.clone(),
            ttl_minutes: pinned.ttl_minutes,
            source: source.to_owned(),
            listed: None,
            answers: false,
            event,
            status: SessionStatus::Running,
            outcome: None,
            error: None,
            context: Lazy::default(),
            state: Lazy::default(),
            beginning: None,
            suspended_at: None,
            created_at: now,
            last_interaction_at: now,
            expires_at: now,
            completed_at: None,
        };
        session.interacted(now);
        session
    }

    /// Whether it still runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.status == SessionStatus::Running
    }

    /// What it takes as JSON, in bytes, at most.
    pub(crate) fn bytes_at_most(&self) -> usize {
        /// What a byte of a text may take: `\u0000`.
        const ESCAPED: usize = 6;
        /// All but what follows, with its names: ids, times and the hash of its content.
        const REST: usize = 1_024;
        let error = self.error.as_ref().map(|error| [error.code.len(), error.message.len()]);
        let outcome = self.outcome.as_ref().map_or(0, String::len);
        let start = self.beginning.as_ref().and_then(|beginning| beginning.at.as_ref());
        let texts = error.into_iter().flatten().sum::<usize>()
            + self.workflow_name.len()
            + self.source.len()
            + outcome
            + start.map_or(0, String::len);
        let parts = self.context.json_bytes().saturating_add(self.state.json_bytes());
        parts.saturating_add(texts * ESCAPED + REST)
    }

    /// Whether it is a flow that still runs.
    #[must_use]
    pub fn is_running_flow(&self) -> bool {
        self.is_running() && self.kind.is_flow()
    }

    /// Whether its time is over, where it may act. One whose timer goes off first goes on then.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        let timer_first = self.state.deadline.is_some_and(|deadline| deadline <= self.expires_at);
        self.beginning.is_none() && !timer_first && self.expires_at <= now
    }

    /// Whether it begins in a phone call.
    pub(crate) fn waits_for_call(&self) -> bool {
        self.beginning.as_ref().is_some_and(|beginning| beginning.call.is_some())
    }

    /// When it next wants to be looked at: at its beginning, its timer, or its expiry.
    pub(crate) fn due(&self) -> Timestamp {
        match &self.beginning {
            Some(Beginning { call: None, .. }) => return self.created_at,
            Some(_) => return Timestamp(self.created_at.0.saturating_add(CALL_WAITS)),
            None => {}
        }
        self.state.deadline.map_or(self.expires_at, |deadline| deadline.min(self.expires_at))
    }

    /// Something happened in it: its time to live starts again, after the timer it has armed.
    pub(crate) fn interacted(&mut self, now: Timestamp) {
        self.last_interaction_at = now;
        // The timers are set anew, from now: only from now on do they stand still.
        if let Some(since) = &mut self.suspended_at {
            *since = now;
        }
        let from = self.state.deadline.map_or(now, |deadline| deadline.max(now));
        self.expires_at = Timestamp(from.0.saturating_add(u64::from(self.ttl_minutes) * MINUTE));
    }

    pub(crate) fn complete(&mut self, outcome: Option<String>, now: Timestamp) {
        self.status = SessionStatus::Completed;
        self.outcome = outcome;
        self.completed_at = Some(now);
        self.disarm();
    }

    pub(crate) fn expire(&mut self) {
        self.status = SessionStatus::Expired;
        self.disarm();
    }

    pub(crate) fn fail(&mut self, code: &str, message: String) {
        self.status = SessionStatus::Failed;
        self.error = Some(SessionError { code: code.to_owned(), message });
        self.disarm();
    }

    fn disarm(&mut self) {
        self.state.deadline = None;
        self.beginning = None;
    }

    fn suspend(&mut self, now: Timestamp) {
        self.suspended_at.get_or_insert(now);
    }

    /// Goes on: its timers get the time back that they stood still. Not those of a sequence, which keeps to its days: what
    /// came due meanwhile is done at once.
    fn resume(&mut self, now: Timestamp) {
        let Some(since) = self.suspended_at.take() else { return };
        if self.kind == Kind::Sequence && self.state.deadline.is_some() {
            return;
        }
        let stood = now.0.saturating_sub(since.0);
        self.expires_at.0 = self.expires_at.0.saturating_add(stood);
        if let Some(deadline) = &mut self.state.deadline {
            deadline.0 = deadline.0.saturating_add(stood);
        }
    }
}

impl Conversation {
    /// Adds a session. Until a flow ends, what runs already stands still; a sequence lets go on what runs, and stands still
    /// itself beside a flow.
    pub(crate) fn push_session(&mut self, mut session: Session, now: Timestamp) {
        match session.kind {
            Kind::Flow => self.rest(now),
            Kind::Sequence if self.holds(Kind::Sequence) => session.suspend(now),
            Kind::Sequence => {}
        }
        self.sessions.push(session);
    }

    /// Lets everything that runs stand still.
    pub(crate) fn rest(&mut self, now: Timestamp) {
        for session in self.sessions.iter_mut().filter(|s| s.is_running()) {
            session.suspend(now);
        }
    }

    /// Lets go on what may act now, and forgets the oldest ended ones; what only answered a message, at once.
    pub(crate) fn settle_sessions(&mut self, now: Timestamp) {
        self.sessions.retain(|s| !(s.answers && s.status == SessionStatus::Completed));
        self.forget_calls();
        let acting: Vec<Uuid> = self.acting().map(|session| session.id).collect();
        self.sessions.iter_mut().filter(|s| acting.contains(&s.id)).for_each(|s| s.resume(now));
        let ended = self.sessions.iter().filter(|s| !s.is_running()).count();
        self.forget_ended(ended.saturating_sub(limits::ENDED_SESSIONS));
        while self.sessions_are_full() && self.forget_ended(1) {}
    }

    fn forget_ended(&mut self, mut count: usize) -> bool {
        let before = self.sessions.len();
        let past = &mut self.past;
        self.sessions.retain(|session| {
            let forget = count > 0 && !session.is_running();
            count -= usize::from(forget);
            if forget {
                past.extend(PastSession::of(session));
            }
            !forget
        });
        let extra = past.len().saturating_sub(limits::PAST_SESSIONS);
        past.drain(..extra);
        self.sessions.len() < before
    }

    /// Whether the sessions, as they are stored, take more than they may. Two cannot (16 KiB of context and 32 KiB
    /// of variables each), and most others do not by far: they need not be weighed.
    pub(crate) fn sessions_are_full(&self) -> bool {
        let at_most =
            || self.sessions.iter().map(Session::bytes_at_most).fold(0, usize::saturating_add);
        let bytes = || serde_json::to_vec(&self.sessions).map_or(usize::MAX, |json| json.len());
        self.sessions.len() > 2
            && at_most() > limits::SESSIONS_BYTES
            && bytes() > limits::SESSIONS_BYTES
    }
}
