//! A turn: one or more events applied to a conversation, then one commit.
//!
//! Everything a turn decides follows from its inputs, so that after a conflict it can be applied again to what the
//! other turn left.

use flow::{Event, NoPrograms, Program, Scope, Status, Timestamp};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Attempt, Body, Contact, Conversation, EventId, Ids, Inbound, Message, MessageStatus, Page,
    Pinned, Receipt, Session, SessionStatus, Settled, Trigger, limits, log,
};

/// Where a turn finds the compiled workflows that it may have to step.
pub trait Programs {
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
    /// The sessions or the outbox of the conversation are full.
    #[error("{0}")]
    Full(&'static str),
    /// The published content was not given to the turn, or does not compile.
    #[error("the published workflow cannot be run")]
    Unavailable,
}

/// The inputs of a turn, besides the conversation and the events.
pub struct Turn<'a, P> {
    now: Timestamp,
    id: Uuid,
    ids: Ids,
    contact: Value,
    programs: &'a P,
    older: &'a [EventId],
    before: Conversation,
    pages: Vec<Page>,
    fired: usize,
    /// The message that the turn came to settle, and what it found.
    settled: Option<(Uuid, Settled)>,
}

/// What must be written before, and known after, the commit of a turn.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Finished {
    /// Pages of older messages and events.
    pub pages: Vec<Page>,
    /// The minute in which a due slot must announce the conversation.
    pub announce: Option<u64>,
}

impl<'a, P: Programs> Turn<'a, P> {
    /// Begins a turn at `clock` (moved on where the document is ahead of it), and fires the timers that are due, in
    /// the order they are due. Messages are leased to `id`, which is random
    /// and used by one sender only; what the turn draws follows from `seed`, random and used for one commit only.
    /// `older` are those of its events that were found in pages of [`crate::Seen`].
    pub fn begin(
        conversation: &mut Conversation,
        clock: Timestamp,
        (id, seed): (Uuid, Uuid),
        contact: &Contact,
        programs: &'a P,
        older: &'a [EventId],
    ) -> Self {
        let pages = conversation.spill_log().into_iter().collect();
        let mut turn = Self {
            now: conversation.now(clock),
            id,
            ids: Ids::new(seed),
            contact: contact.scope(),
            programs,
            older,
            before: conversation.clone(),
            pages,
            fired: 0,
            settled: None,
        };
        turn.fire_timers(conversation);
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
        if trigger.key.as_ref().is_some_and(|used| conversation.key_conflicts(used)) {
            return Err(TurnError::KeyReused);
        }
        if self.applied_before(conversation, trigger.event) {
            return Ok(Applied::Started(trigger.session));
        }
        if let Some(running) = conversation.running(trigger.workflow.workflow) {
            return Ok(Applied::AlreadyRunning(running.id));
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
        let mut session = Session::start(
            trigger.session,
            &trigger.workflow,
            &trigger.source,
            trigger.event,
            self.now,
        );
        session.context.clone_from(&trigger.context);
        // Who starts a workflow wants its answers to be taken, also after a person was called.
        conversation.paused = false;
        conversation.push_session(session, self.now);
        self.advance(conversation, trigger.session, &Event::Start { at: trigger.start_at.clone() });
        conversation.seen.push(trigger.event, self.now);
        if let Some(used) = &trigger.key {
            conversation.remember_key(used.clone());
        }
        Ok(Applied::Started(trigger.session))
    }

    /// Takes a message of the contact: to the newest session that waits for one, else to the workflow of `route`,
    /// else to the log only.
    pub fn inbound(
        &mut self,
        conversation: &mut Conversation,
        inbound: &Inbound,
        route: Option<&Pinned>,
    ) -> Applied {
        if self.applied_before(conversation, inbound.event) {
            return Applied::Duplicate;
        }
        conversation.seen.push(inbound.event, self.now);
        conversation.last_inbound_at = Some(self.now);
        let session = if conversation.paused {
            None
        } else {
            let waiting = conversation.waiting().map(|session| session.id);
            waiting.or_else(|| self.route(conversation, route, inbound.event))
        };
        self.hear(conversation, inbound, session);
        conversation.needs_attention |= session.is_none();
        let Some(id) = session else {
            return Applied::Kept;
        };
        let started_now = conversation
            .sessions
            .iter_mut()
            .find(|s| s.id == id)
            .is_some_and(|s| s.event == inbound.event);
        if started_now {
            self.advance(conversation, id, &Event::Start { at: None });
        } else {
            self.advance(conversation, id, &Event::Reply(inbound.bounded_reply()));
        }
        Applied::Advanced(id)
    }

    fn route(
        &mut self,
        conversation: &mut Conversation,
        route: Option<&Pinned>,
        event: EventId,
    ) -> Option<Uuid> {
        let pinned = route?;
        self.programs.program(&pinned.content)?;
        if conversation.running(pinned.workflow).is_some() || conversation.sessions_are_full() {
            return None;
        }
        let id = self.ids.next(self.now);
        conversation.push_session(Session::start(id, pinned, "inbound", event, self.now), self.now);
        Some(id)
    }

    fn hear(&mut self, conversation: &mut Conversation, inbound: &Inbound, session: Option<Uuid>) {
        conversation.sequence += 1;
        conversation.log.push_back(Message {
            id: self.ids.next(self.now),
            sequence: conversation.sequence,
            at: self.now,
            body: Body::Inbound {
                kind: inbound.kind.clone(),
                content: log::bounded(&inbound.content),
            },
            status: MessageStatus::Received,
            provider_id: Some(inbound.provider_id.clone()),
            error: None,
            session,
        });
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

    fn fire_timers(&mut self, conversation: &mut Conversation) {
        while self.fired < limits::TIMERS_A_TOUCH {
            let due = conversation.active().filter(|session| session.due() <= self.now);
            let Some((id, deadline, expires)) = due.map(|s| (s.id, s.state.deadline, s.expires_at))
            else {
                break;
            };
            self.fired += 1;
            if deadline.is_some_and(|deadline| deadline <= expires) {
                self.advance(conversation, id, &Event::Timeout);
            } else {
                self.with_session(conversation, id, Session::expire);
                conversation.settle_sessions(self.now);
            }
        }
    }

    /// Ends the turn: takes what is to be sent, moves what is old to pages, and announces what is due. `None` if
    /// the turn changed nothing: then there is nothing to commit.
    #[must_use]
    pub fn finish(self, conversation: &mut Conversation) -> Option<Finished> {
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
        let announce = conversation.announce(self.now);
        if *conversation == self.before {
            return None;
        }
        let mut pages = self.pages;
        pages.extend(conversation.seen.spill(self.now));
        conversation.updated_at = self.now;
        Some(Finished { pages, announce })
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

    /// Steps a session, and puts what it says into the log and the outbox.
    fn advance(&mut self, conversation: &mut Conversation, id: Uuid, event: &Event) {
        let Some(at) = conversation.sessions.iter().position(|s| s.id == id) else {
            return;
        };
        let session = &mut conversation.sessions[at];
        let Some(program) = self.programs.program(&session.content) else {
            session.fail(
                "workflow_unavailable",
                "the version that this session runs cannot be read".to_owned(),
            );
            conversation.settle_sessions(self.now);
            return;
        };
        let scope = Scope {
            now: self.now,
            context: &session.context,
            contact: &self.contact,
            programs: &NoPrograms,
            has_model: false,
            graph_runs: false,
        };
        let mut step = flow::advance(program, &mut session.state, event, &scope);
        if !conversation.outbox_takes(&step.messages) {
            step.messages.clear();
            step.status = Status::Failed {
                code: "outbox_limit",
                message: "too many messages to this contact wait to be sent".to_owned(),
            };
        }
        let session = &mut conversation.sessions[at];
        session.interacted(self.now);
        match step.status {
            Status::Waiting { .. } => {}
            Status::Completed { outcome } => session.complete(outcome, self.now),
            Status::Failed { code, message } => session.fail(code, message),
        }
        conversation.needs_attention |= step.needs_attention;
        conversation.paused |= step.handed_off;
        for content in step.messages {
            let message = self.ids.next(self.now);
            conversation.say(message, content, Some(id), self.now);
        }
        if self.session_ended(conversation, id) {
            conversation.settle_sessions(self.now);
        }
    }

    fn session_ended(&self, conversation: &Conversation, id: Uuid) -> bool {
        conversation.sessions.iter().any(|s| s.id == id && s.status != SessionStatus::Running)
    }
}
