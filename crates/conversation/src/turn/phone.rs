//! Calls: one is begun, or asked for its next step, or heard of.

mod follow;

use channels::telephony::{self, CallStatus, Choice};
use flow::{Event, Reply};
use serde_json::json;
use uuid::Uuid;

use super::{Applied, Programs, Turn, TurnError};
use crate::{
    Body, CallDirection, CallStep, Consent, Conversation, Entry, EntryState, EventId, Inbound,
    KeyUse, PhoneCall, PhoneCallStatus, Pinned, Session, Then,
};

/// A provider asks what to do in a call.
#[derive(Debug, Clone, PartialEq)]
pub struct CallTurn {
    /// Our id of it.
    pub call: Uuid,
    /// The provider's.
    pub provider_id: String,
    /// The number of the step, from 0: the same one is answered the same.
    pub step: u32,
    /// What happened since the last one.
    pub heard: Heard,
}

/// What happened in a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// It was answered.
    Begun,
    /// The contact pressed keys, or spoke.
    Said {
        /// The keys.
        digits: Option<String>,
        /// The words.
        speech: Option<String>,
    },
    /// The contact did neither.
    Silence,
    /// Time went by.
    Nothing,
    /// The call was put through, and is over; whether somebody answered.
    PutThrough(bool),
    /// No person answered, but a machine.
    Machine,
}

/// A call is to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct CallOrder {
    /// Derived from the `Idempotency-Key`, else drawn for this request.
    pub event: EventId,
    /// The id that the call gets.
    pub call: Uuid,
    /// The `Idempotency-Key`, when the request had one.
    pub key: Option<KeyUse>,
}

impl<P: Programs> Turn<'_, P> {
    /// Has a contact called; what answers is the workflow that takes its calls. In a test conversation nobody is called,
    /// and the call is answered at once, in the place of one that is under way.
    ///
    /// # Errors
    /// [`TurnError::KeyReused`], [`TurnError::OptedOut`], [`TurnError::Busy`] while another call is under way,
    /// [`TurnError::Full`]; the conversation must then not be committed.
    pub fn order_call(
        &mut self,
        conversation: &mut Conversation,
        order: &CallOrder,
        route: Option<&Pinned>,
    ) -> Result<Applied, TurnError> {
        if let Some(used) = &order.key {
            conversation.keys.has(used)?;
        }
        if self.applied_before(conversation, order.event) {
            return Ok(Applied::Duplicate);
        }
        if conversation.consent(self.known) == Consent::OptedOut {
            return Err(TurnError::OptedOut);
        }
        self.place_call(conversation, order.call, order.event, None)?;
        conversation.seen.push(order.event, self.now);
        if let Some(used) = &order.key {
            conversation.keys.remember(used);
        }
        if conversation.test {
            self.begin_call(conversation, order.call, route);
        }
        Ok(Applied::Kept)
    }

    /// Puts a call into the outbox, in which `session` begins.
    pub(super) fn place_call(
        &mut self,
        conversation: &mut Conversation,
        id: Uuid,
        request: EventId,
        session: Option<Uuid>,
    ) -> Result<(), TurnError> {
        if conversation.test {
            self.replace_call(conversation);
        } else if conversation.live_call().is_some() {
            return Err(TurnError::Busy);
        }
        if conversation.outbox_is_full() {
            return Err(TurnError::Full("too many messages to this contact wait to be sent"));
        }
        let mut call = PhoneCall::new(id, CallDirection::Outbound, conversation.sequence, self.now);
        call.request = Some(request);
        call.sessions.extend(session);
        conversation.push_call(call);
        if !conversation.test {
            conversation.outbox.push(Entry { message: id, state: EntryState::QUEUED, tries: 0 });
        }
        Ok(())
    }

    /// Takes a step of a call. What it is answered with is [`PhoneCall::step`] then.
    ///
    /// # Errors
    /// [`TurnError::Full`] if too much waits; the conversation must then not be committed.
    pub fn step_call(
        &mut self,
        conversation: &mut Conversation,
        asked: &CallTurn,
        route: Option<&Pinned>,
    ) -> Result<Applied, TurnError> {
        let known = conversation.phone_call(asked.call);
        if known.is_some_and(|call| call.step(asked.step).is_some() || call.status.is_final()) {
            return Ok(Applied::Duplicate);
        }
        if known.is_none() {
            self.replace_call(conversation);
            let after = conversation.sequence;
            conversation.push_call(PhoneCall::new(
                asked.call,
                CallDirection::Inbound,
                after,
                self.now,
            ));
        }
        let before =
            conversation.phone_call(asked.call).and_then(|call| call.steps.last().cloned());
        self.take_heard(conversation, asked, route)?;
        let then = self.then(conversation, asked);
        let mut after = before.as_ref().map_or_else(
            || conversation.phone_call(asked.call).map_or(0, |call| call.after),
            |step| step.last,
        );
        let says_nothing = !says_something(conversation, after);
        if let (Some(before), true, Then::Listen { .. }) = (&before, says_nothing, &then)
            && asked.heard == Heard::Silence
        {
            // Nobody heard the question, it seems.
            after = before.after;
        }
        if asked.heard == Heard::Nothing && says_nothing && matches!(then, Then::Wait { .. }) {
            // To be asked again, as the same step: nothing is to be written.
            return Ok(Applied::Ignored);
        }
        let last = conversation.sequence;
        let now = self.now;
        let over = matches!(then, Then::HangUp { .. });
        if let Some(call) = conversation.phone_call_mut(asked.call) {
            call.push_step(CallStep { n: asked.step, after, last, then });
            call.is_there(now);
        }
        if over {
            conversation.end_call(asked.call, PhoneCallStatus::Ended, "completed", now);
        }
        Ok(Applied::Updated)
    }

    fn take_heard(
        &mut self,
        conversation: &mut Conversation,
        asked: &CallTurn,
        route: Option<&Pinned>,
    ) -> Result<(), TurnError> {
        let now = self.now;
        if let Some(call) = conversation.phone_call_mut(asked.call) {
            call.provider_id.get_or_insert_with(|| asked.provider_id.clone());
            let silences = if asked.heard == Heard::Silence { call.silences + 1 } else { 0 };
            call.silences = silences;
        }
        // The provider has it: whatever the outbox was unsure of is settled.
        conversation.outbox.retain(|entry| entry.message != asked.call);
        let is_new = conversation.phone_call(asked.call).is_some_and(|call| call.steps.is_empty());
        match &asked.heard {
            Heard::Machine => {
                conversation.end_call(asked.call, PhoneCallStatus::Ended, "machine", now);
            }
            // Whatever is heard first: it is answered.
            _ if is_new => self.begin_call(conversation, asked.call, route),
            Heard::Said { digits, speech } => {
                let (digits, speech) = (digits.as_deref(), speech.as_deref());
                let reply = telephony::answer(&choices(conversation), digits, speech);
                let inbound = Inbound {
                    event: EventId::of("call", &format!("{}/{}", asked.call, asked.step)),
                    provider_id: asked.provider_id.clone(),
                    sent_at: None,
                    kind: "text".to_owned(),
                    content: json!({"body": reply.text}),
                    reply,
                };
                self.hear_in_call(conversation, asked.call, &inbound, route)?;
            }
            Heard::Silence => {
                if let Some(id) = self.waiting_in_call(conversation, asked.call) {
                    self.advance(conversation, id, &Event::Silence);
                }
            }
            Heard::Begun | Heard::Nothing | Heard::PutThrough(_) => {}
        }
        Ok(())
    }

    /// A call was answered: what it was made for begins, or what takes the account's calls.
    fn begin_call(&mut self, conversation: &mut Conversation, id: Uuid, route: Option<&Pinned>) {
        let now = self.now;
        let Some(call) = conversation.phone_call_mut(id) else { return };
        call.move_to(PhoneCallStatus::Answered, now);
        call.is_there(now);
        if let Some(session) = call.sessions.first().copied() {
            return self.start(conversation, session);
        }
        if conversation.paused || self.rests {
            conversation.needs_attention = true;
            return;
        }
        let program = route.and_then(|route| self.programs.program(&route.content));
        if program.is_some_and(|program| program.entry().is_none()) {
            if let Some(call) = conversation.phone_call_mut(id) {
                call.is_open = true;
            }
            return;
        }
        self.drop_dialogues(conversation, route);
        let event = EventId::of("call", &id.to_string());
        if let Some(session) = self.route(conversation, route, event) {
            conversation.speaks_from_now_on(id, session);
            self.advance(conversation, session, &Event::Message(Reply::default()));
        } else {
            conversation.needs_attention = true;
        }
    }

    /// Ends a call of which nothing was heard for long.
    pub(super) fn end_silent_call(&mut self, conversation: &mut Conversation) {
        let Some(call) = conversation.live_call() else { return };
        if call.until.is_none_or(|until| until > self.now) {
            return;
        }
        let status = match call.is_answered() {
            true => PhoneCallStatus::Ended,
            false => PhoneCallStatus::Failed,
        };
        self.fired += 1;
        conversation.end_call(call.id, status, "unheard_of", self.now);
    }

    /// Ends a test call in which nothing is left to be said.
    pub(super) fn end_test_call(&mut self, conversation: &mut Conversation) {
        let Some(call) = conversation.live_call().filter(|_| conversation.test) else { return };
        let id = call.id;
        let runs = |session: &Session| session.is_running() && call.sessions.contains(&session.id);
        if conversation.paused {
            conversation.end_call(id, PhoneCallStatus::Ended, "handoff", self.now);
        } else if call.is_answered() && !call.is_open && !conversation.sessions.iter().any(runs) {
            conversation.end_call(id, PhoneCallStatus::Ended, "completed", self.now);
        }
    }

    /// Takes a provider's word of how far a call came. It never advances a session; where the call is over, it ends those
    /// that speak in it.
    pub fn call_status(
        &mut self,
        conversation: &mut Conversation,
        call: Uuid,
        provider_id: &str,
        (status, duration): (CallStatus, Option<u64>),
    ) -> Applied {
        let now = self.now;
        let Some(known) = conversation.phone_call_mut(call) else { return Applied::Ignored };
        let before = known.clone();
        known.provider_id.get_or_insert_with(|| provider_id.to_owned());
        known.duration = duration.or(known.duration);
        let (status, reason) = PhoneCallStatus::of(status);
        match reason {
            None if known.move_to(status, now) => known.is_there(now),
            None => {}
            Some(reason) => conversation.end_call(call, status, reason, now),
        }
        // The provider knows the call: whatever the outbox was unsure of is settled.
        let waiting = conversation.outbox.len();
        conversation.outbox.retain(|entry| entry.message != call);
        let changed =
            conversation.phone_call(call) != Some(&before) || conversation.outbox.len() != waiting;
        if changed { Applied::Updated } else { Applied::Ignored }
    }

    /// Who calls begins anew, whatever was asked by text before.
    fn drop_dialogues(&mut self, conversation: &mut Conversation, route: Option<&Pinned>) {
        let Some(route) = route else { return };
        for session in &mut conversation.sessions {
            if session.is_running()
                && session.workflow == route.workflow
                && session.state.awaits_reply()
            {
                session.complete(Some("called".to_owned()), self.now);
            }
        }
        conversation.settle_sessions(self.now);
    }

    /// Another call is under way: of the one before nobody said that it is over.
    fn replace_call(&mut self, conversation: &mut Conversation) {
        if let Some(earlier) = conversation.live_call().map(|call| call.id) {
            conversation.end_call(earlier, PhoneCallStatus::Ended, "replaced", self.now);
        }
    }
}

/// What the contact was asked last: keys mean its choices.
fn choices(conversation: &Conversation) -> Vec<Choice> {
    let said = conversation.log.iter().rev().find_map(|message| match &message.body {
        Body::Outbound { content } => Some(content),
        Body::Inbound { .. } => None,
    });
    said.map(telephony::choices).unwrap_or_default()
}

/// Whether anything was said after a message.
fn says_something(conversation: &Conversation, after: u64) -> bool {
    conversation.log.after(after).any(|message| matches!(message.body, Body::Outbound { .. }))
}
