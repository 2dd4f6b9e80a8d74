//! A turn: one or more events applied to a conversation, then one commit.
//!
//! Everything a turn decides follows from its inputs, so that after a conflict it can be applied again to what the
//! other turn left.

mod advance;
mod due;
mod in_line;
mod inbound;
mod notices;
mod order;
mod person;
pub mod phone;
mod resend;

pub use notices::News;

use flow::{EffectResult, Event, Kind, Program, Timestamp};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Attempt, Beginning, Body, Consent, Contact, Conversation, EventId, Ids, KeyReused, Message,
    MessageStatus, Page, PhoneCall, Receipt, Session, Settled, Trigger,
};

/// The outcome of a session that ends since the contact opted out.
pub(crate) const OPTED_OUT: &str = "opted_out";

/// Where a turn finds the compiled workflows that it may have to step.
pub trait Programs: flow::Programs {
    /// The program compiled from the published content with this SHA-256.
    fn program(&self, content: &str) -> Option<&Program>;
}

/// What an event did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// A trigger started this session, now or when it came first.
    Started(Uuid),
    /// A trigger found this session running.
    AlreadyRunning(Uuid),
    /// A message advanced, or started, this session.
    Advanced(Uuid),
    /// A message was kept; nothing waited for it.
    Kept,
    /// The event had been applied before.
    Duplicate,
    /// A receipt moved a message's status.
    Updated,
    /// A receipt told nothing new, or of a message that is not here.
    Ignored,
}

/// Why a trigger was refused. Nothing was changed that has to be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TurnError {
    /// The `Idempotency-Key` came with another body before.
    #[error("this Idempotency-Key was used with another body")]
    KeyReused,
    /// The published version has no such node.
    #[error("the published version has no node {0:?}")]
    UnknownNode(String),
    /// The contact opted out.
    #[error("the contact opted out")]
    OptedOut,
    /// A person may not speak where automation answers.
    #[error("automation answers in this conversation; pause it first")]
    NotPaused,
    /// Only a message that failed is sent again, and once.
    #[error("the message has not failed, or was sent again, or is too old")]
    NotFailed,
    /// WhatsApp takes only templates now.
    #[error("the contact wrote more than 24 hours ago: only a template may be sent")]
    WindowClosed,
    /// The sessions or the outbox of the conversation are full.
    #[error("{0}")]
    Full(&'static str),
    /// A call with the contact is under way.
    #[error("a call with the contact is under way")]
    Busy,
    /// The published content was not given to the turn, or does not compile.
    #[error("the published workflow cannot be run")]
    Unavailable,
}

impl From<KeyReused> for TurnError {
    fn from(_: KeyReused) -> Self {
        Self::KeyReused
    }
}

/// What a turn knows, besides the conversation and the events.
pub struct Known<'a, P> {
    /// With whom it is.
    pub contact: &'a Contact,
    /// The workflows.
    pub programs: &'a P,
    /// Those of the turn's events that were found in pages of [`crate::Seen`].
    pub older: &'a [EventId],
    /// Whether there is a language model.
    pub has_model: bool,
    /// Whether the agent that answers rests: what the contact writes is kept, and a person has to look at it.
    pub rests: bool,
}

/// One or more events on their way into a conversation.
pub struct Turn<'a, P> {
    now: Timestamp,
    id: Uuid,
    ids: Ids,
    /// As templates see it, with the changes of this turn.
    contact: Value,
    /// Whom it is with, without them.
    known: &'a Contact,
    programs: &'a P,
    has_model: bool,
    rests: bool,
    older: &'a [EventId],
    before: Conversation,
    pages: Vec<Page>,
    fired: usize,
    /// The message that the turn came to settle, and what it found.
    settled: Option<(Uuid, Settled)>,
    /// Messages that receipts moved, and to which status.
    receipted: Vec<(Uuid, MessageStatus)>,
    /// Whom a call is put through to.
    put_through: Option<String>,
}

/// What must be written before, and known after, the commit of a turn.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Finished {
    /// Pages of older messages and events.
    pub pages: Vec<Page>,
    /// The minute in which a due slot must announce the conversation.
    pub announce: Option<u64>,
    /// Sessions of workflows' graphs that the turn started, oldest first: not those that only answer a message.
    pub started: Vec<Uuid>,
    /// Messages of the contact that the turn took, oldest first.
    pub heard: Vec<Uuid>,
    /// Messages that failed in the turn, oldest first.
    pub failed: Vec<Uuid>,
}

impl<'a, P: Programs> Turn<'a, P> {
    /// Begins a turn at `clock` (moved on where the document or the contact is ahead of it), and fires the timers that
    /// are due, in the order they are due. Messages are leased to `id`, which is random and used by one sender only; what
    /// the turn draws follows from `seed`, random and used for one commit only.
    pub fn begin(
        conversation: &mut Conversation,
        clock: Timestamp,
        (id, seed): (Uuid, Uuid),
        known: &Known<'a, P>,
    ) -> Self {
        let pages = conversation.spill_log().into_iter().collect();
        let mut turn = Self {
            now: conversation.now(known.contact.now(clock)),
            id,
            ids: Ids::new(seed),
            contact: conversation.contact_scope(known.contact),
            known: known.contact,
            programs: known.programs,
            has_model: known.has_model,
            rests: known.rests,
            older: known.older,
            before: conversation.clone(),
            pages,
            fired: 0,
            settled: None,
            receipted: Vec::new(),
            put_through: None,
        };
        turn.fire_timers(conversation);
        turn.take_results(conversation);
        turn.hear_those_who_wait(conversation);
        turn
    }

    /// How many timers fired.
    #[must_use]
    pub fn fired(&self) -> usize {
        self.fired
    }

    fn applied_before(&self, conversation: &Conversation, event: EventId) -> bool {
        conversation.seen.contains(event) || self.older.contains(&event)
    }

    /// Starts a workflow, unless it runs already.
    ///
    /// # Errors
    /// [`TurnError`]; the conversation must then not be committed.
    pub fn trigger(
        &mut self,
        conversation: &mut Conversation,
        trigger: &Trigger,
    ) -> Result<Applied, TurnError> {
        if let Some(used) = &trigger.key {
            conversation.keys.has(used)?;
        }
        if self.applied_before(conversation, trigger.event) {
            return Ok(Applied::Started(trigger.session));
        }
        if conversation.consent(self.known) == Consent::OptedOut {
            return Err(TurnError::OptedOut);
        }
        let is_flow = trigger.workflow.kind.is_flow();
        if let Some(running) = conversation.running(trigger.workflow.workflow).map(|s| s.id) {
            // Who starts a flow wants its answers to be taken, also after a person was called. A campaign waits for the person.
            if is_flow {
                self.set_paused(conversation, false);
            }
            return Ok(Applied::AlreadyRunning(running));
        }
        let program =
            self.programs.program(&trigger.workflow.content).ok_or(TurnError::Unavailable)?;
        if let Some(node) = trigger.start_at.as_ref().filter(|node| !program.contains(node)) {
            return Err(TurnError::UnknownNode(node.clone()));
        }
        if conversation.sessions_are_full() {
            return Err(TurnError::Full("the contact has too many running sessions"));
        }
        if conversation.outbox_is_full() {
            return Err(TurnError::Full("too many messages to this contact wait to be sent"));
        }
        let call = conversation.calls_for(is_flow).then(|| PhoneCall::of_session(trigger.session));
        let mut session = Session::start(
            trigger.session,
            &trigger.workflow,
            &trigger.source,
            trigger.event,
            self.now,
        );
        session.context = trigger.context.clone().into();
        conversation.paused &= !is_flow;
        session.beginning = Some(Beginning { at: trigger.start_at.clone(), call });
        let is_held = !is_flow && conversation.holds(Kind::Sequence);
        conversation.push_session(session, self.now);
        if let Some(call) = call {
            self.place_call(conversation, call, trigger.event, Some(trigger.session))?;
        } else if !is_held {
            self.start(conversation, trigger.session);
        }
        conversation.seen.push(trigger.event, self.now);
        if let Some(used) = &trigger.key {
            conversation.keys.remember(used);
        }
        Ok(Applied::Started(trigger.session))
    }

    /// Takes a provider's receipt. It never advances a session.
    pub fn receipt(&mut self, conversation: &mut Conversation, receipt: &Receipt) -> Applied {
        let by_provider = || {
            let known =
                |m: &&Message| m.provider_id.as_deref() == Some(receipt.provider_id.as_str());
            conversation.log.iter().rev().find(known).map(|m| m.id)
        };
        let Some(id) = receipt.message.or_else(by_provider) else {
            return Applied::Ignored;
        };
        if let Some(applied) = conversation.receipt_of_closed(id, receipt) {
            return applied;
        }
        let Some(message) = conversation.message_mut(id) else {
            return Applied::Ignored;
        };
        if matches!(message.body, Body::Inbound { .. }) {
            return Applied::Ignored;
        }
        let before = message.status;
        message.status = before.merge(receipt.status);
        let mut changed = message.status != before;
        if changed {
            // None once it was delivered after all.
            message.error.clone_from(&receipt.error);
            self.receipted.push((id, receipt.status));
        }
        if message.provider_id.is_none() {
            message.provider_id = Some(receipt.provider_id.clone());
            changed = true;
        }
        // The provider knows the message: whatever the outbox was unsure of is settled.
        let waiting = conversation.outbox.len();
        conversation.outbox.retain(|entry| entry.message != id);
        changed |= conversation.outbox.len() != waiting;
        if changed { Applied::Updated } else { Applied::Ignored }
    }

    /// Records what came of sending a message.
    pub fn settle(
        &mut self,
        conversation: &mut Conversation,
        message: Uuid,
        attempt: &Attempt,
    ) -> Settled {
        let settled = conversation.settle(message, self.id, attempt, self.now);
        conversation.renew(self.id, self.now);
        self.settled = Some((message, settled));
        settled
    }

    /// Records what came of a call, and lets its session go on; then what the contact wrote meanwhile.
    pub fn called(
        &mut self,
        conversation: &mut Conversation,
        call: Uuid,
        result: &EffectResult,
    ) -> Settled {
        conversation.renew(self.id, self.now);
        let session = conversation.calls.iter().find(|known| known.id == call).map(|c| c.session);
        if session.is_some_and(|session| conversation.holds_session(session)) {
            conversation.keep_result(call, result);
            return Settled::Recorded;
        }
        let Some(call) = conversation.called(call) else {
            return Settled::Before;
        };
        let event = Event::Result { effect: call.effect.number, result: result.clone() };
        self.advance(conversation, call.session, &event);
        self.hear_those_who_wait(conversation);
        Settled::Recorded
    }

    /// Lets sessions go on whose calls were answered while they had to stand still.
    fn take_results(&mut self, conversation: &mut Conversation) {
        while let Some((call, result)) = conversation.kept_result() {
            let event = Event::Result { effect: call.effect.number, result };
            self.advance(conversation, call.session, &event);
        }
    }

    /// Records that the contact has every change up to this number.
    pub fn changed(&mut self, conversation: &mut Conversation, applied: u64) {
        conversation.renew(self.id, self.now);
        conversation.forget_changes(applied);
    }

    /// Ends the turn: takes what is to be sent, moves what is old to pages, and announces what is due. `None` if
    /// the turn changed nothing: then there is nothing to commit.
    #[must_use]
    pub fn finish(mut self, conversation: &mut Conversation) -> Option<Finished> {
        self.go_on(conversation);
        // A holder goes on while it settles, however late. One that finds its message taken over must not take it:
        // what it came to say of an earlier sending would count for the next one.
        let not_mine = match self.settled {
            None => {
                conversation.reclaim(self.now);
                None
            }
            Some((message, settled)) => (settled == Settled::Before).then_some(message),
        };
        conversation.take(self.id, not_mine, self.now);
        conversation.reclaim_calls(self.now);
        conversation.take_calls(self.id, self.now);
        conversation.take_notices(self.id, self.now);
        let announce = conversation.announce(self.now);
        if *conversation == self.before {
            return None;
        }
        let (started, heard) = (self.started(conversation), self.heard(conversation));
        let failed = self.failed(conversation);
        let mut pages = self.pages;
        pages.extend(conversation.seen.spill(self.now));
        conversation.updated_at = self.now;
        Some(Finished { pages, announce, started, heard, failed })
    }

    /// Does what follows from the turn's events: sequences go on whose flow has ended, and so ends a test call in which nothing is
    /// said any more. Done again, it does nothing.
    fn go_on(&mut self, conversation: &mut Conversation) {
        self.release_sequences(conversation);
        self.end_test_call(conversation);
    }

    fn started(&self, conversation: &Conversation) -> Vec<Uuid> {
        let before = &self.before.sessions;
        let is_new = |session: &&Session| before.iter().all(|earlier| earlier.id != session.id);
        let graphs = conversation.sessions.iter().filter(|session| !session.answers);
        graphs.filter(is_new).map(|session| session.id).collect()
    }

    fn heard(&self, conversation: &Conversation) -> Vec<Uuid> {
        let is_inbound = |message: &&Message| matches!(message.body, Body::Inbound { .. });
        conversation.log.after(self.before.sequence).filter(is_inbound).map(|m| m.id).collect()
    }

    fn failed(&self, conversation: &Conversation) -> Vec<Uuid> {
        let has_failed = |message: &&Message| {
            message.status == MessageStatus::Failed
                && self.status_before(message) != Some(MessageStatus::Failed)
        };
        let changed = conversation.log.changed_since(&self.before.log);
        changed.filter(has_failed).map(|message| message.id).collect()
    }

    /// What a message's status was before the turn. `None` if there was no such message, or the document held it no more.
    fn status_before(&self, message: &Message) -> Option<MessageStatus> {
        // To find out that a new one is not there would be to read all that are.
        let was_there = message.sequence <= self.before.sequence;
        let before = was_there.then(|| self.before.message(message.id)).flatten();
        before.map(|before| before.status)
    }

    fn with_session(
        &self,
        conversation: &mut Conversation,
        id: Uuid,
        change: impl FnOnce(&mut Session),
    ) {
        if let Some(session) = conversation.sessions.iter_mut().find(|s| s.id == id) {
            change(session);
        }
    }
}
