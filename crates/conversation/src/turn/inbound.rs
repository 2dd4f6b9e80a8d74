//! Messages of the contact: to the session that waits, to a new one, or to the queue; and words of command.

use channels::telephony;
use flow::{Change, Command, Content, Event, OPTED_IN_TEXT, OPTED_OUT_TEXT, Reply};
use uuid::Uuid;

use super::{Applied, OPTED_OUT, Programs, Turn, TurnError};
use crate::{
    Body, Conversation, EventId, Inbound, Message, MessageError, MessageStatus, Pinned, Session,
    Waiting, limits, log,
};

/// The kind of message that says something about another one, such as 👍: it answers nothing, and asks for nothing.
const REACTION: &str = "reaction";

impl<P: Programs> Turn<'_, P> {
    /// Takes a message of the contact: a word of command is obeyed; else it goes to the session that waits for one, to the workflow of `route`, or to the log only, as a reaction does. While a session waits for a call, it waits for that.
    ///
    /// # Errors
    /// [`TurnError::Full`] if too many wait; the conversation must then not be committed.
    pub fn inbound(
        &mut self,
        conversation: &mut Conversation,
        inbound: &Inbound,
        route: Option<&Pinned>,
    ) -> Result<Applied, TurnError> {
        if self.applied_before(conversation, inbound.event) {
            return Ok(Applied::Duplicate);
        }
        let rests = self.rests || conversation.paused;
        let waits = !rests && (conversation.is_calling() || !conversation.queue.is_empty());
        let command = command(conversation, &inbound.reply, waits);
        let is_reaction = inbound.kind == REACTION;
        let waits = waits && command.is_none() && !is_reaction;
        if waits && conversation.queue.len() >= limits::QUEUE {
            return Err(TurnError::Full("too many messages wait for a call to be answered"));
        }
        conversation.seen.push(inbound.event, self.now);
        conversation.last_inbound_at = Some(self.now);
        conversation.reopen();
        let message = self.hear(conversation, inbound);
        if let Some(command) = command {
            self.obey(conversation, command);
            return Ok(Applied::Kept);
        }
        if is_reaction {
            return Ok(Applied::Kept);
        }
        let reply = inbound.reply.bounded();
        if waits {
            let route = route.cloned();
            conversation.queue.push_back(Waiting { message, reply, route, call: None });
            return Ok(Applied::Kept);
        }
        Ok(self.answer(conversation, message, &reply, route, (inbound.event, None)))
    }

    /// Takes what the contact says in a call. There are no words of command: who says stop may mean anything.
    pub(super) fn hear_in_call(
        &mut self,
        conversation: &mut Conversation,
        call: Uuid,
        inbound: &Inbound,
        route: Option<&Pinned>,
    ) -> Result<(), TurnError> {
        let rests = self.rests || conversation.paused;
        let waits = !rests && (conversation.is_calling() || !conversation.queue.is_empty());
        if waits && conversation.queue.len() >= limits::QUEUE {
            return Err(TurnError::Full("too many messages wait for a call to be answered"));
        }
        conversation.last_inbound_at = Some(self.now);
        conversation.reopen();
        let message = self.hear(conversation, inbound);
        let reply = inbound.reply.bounded();
        if waits {
            let (route, call) = (route.cloned(), Some(call));
            conversation.queue.push_back(Waiting { message, reply, route, call });
        } else {
            self.answer(conversation, message, &reply, route, (inbound.event, Some(call)));
        }
        Ok(())
    }

    /// Lets those messages have their turn that waited for a call, as long as no session waits for the next call.
    pub(super) fn hear_those_who_wait(&mut self, conversation: &mut Conversation) {
        for _ in 0..limits::EVENTS_A_COMMIT {
            if !conversation.has_turn_waiting() {
                return;
            }
            let Some(Waiting { message, reply, route, call }) = conversation.queue.pop_front()
            else {
                return;
            };
            let event = EventId::of("waiting", &message.to_string());
            self.answer(conversation, message, &reply, route.as_ref(), (event, call));
        }
    }

    /// Gives a message to a session: what is said in a call, to one that speaks in it.
    fn answer(
        &mut self,
        conversation: &mut Conversation,
        message: Uuid,
        reply: &Reply,
        route: Option<&Pinned>,
        (event, call): (EventId, Option<Uuid>),
    ) -> Applied {
        let waiting = match self.rests || conversation.paused {
            true => None,
            false => conversation.waiting_for(call).map(|session| session.id),
        };
        let is_new = waiting.is_none();
        // Who writes while a call is under way is answered by who looks at it: the call has the workflow.
        let route = route
            .filter(|_| call.is_some() || conversation.test || conversation.live_call().is_none());
        let session = waiting.or_else(|| self.route(conversation, route, event));
        if let (Some(call), Some(session), true) = (call, session, is_new) {
            conversation.speaks_from_now_on(call, session);
        }
        if let Some(message) = conversation.message_mut(message) {
            message.session = session;
        }
        let Some(id) = session else {
            conversation.needs_attention = true;
            return Applied::Kept;
        };
        let event = match is_new {
            true => Event::Message(reply.clone()),
            false => Event::Reply(reply.clone()),
        };
        self.advance(conversation, id, &event);
        Applied::Advanced(id)
    }

    pub(super) fn route(
        &mut self,
        conversation: &mut Conversation,
        route: Option<&Pinned>,
        event: EventId,
    ) -> Option<Uuid> {
        let pinned = route.filter(|_| !self.rests && !conversation.paused)?;
        self.programs.program(&pinned.content)?;
        if conversation.sessions_are_full() {
            return None;
        }
        let id = self.ids.next(self.now);
        conversation.push_session(Session::start(id, pinned, "inbound", event, self.now), self.now);
        Some(id)
    }

    fn hear(&mut self, conversation: &mut Conversation, inbound: &Inbound) -> Uuid {
        conversation.sequence += 1;
        let id = self.ids.next(self.now);
        conversation.log.push_back(Message {
            id,
            sequence: conversation.sequence,
            at: self.now,
            body: Body::Inbound {
                kind: inbound.kind.clone(),
                content: log::bounded(&inbound.content),
            },
            status: MessageStatus::Received,
            provider_id: Some(inbound.provider_id.clone()),
            request: None,
            resent_as: None,
            outside_window: None,
            reply_to: None,
            error: None,
            session: None,
        });
        id
    }

    /// Opts out, which ends everything that runs and waits, or in; and confirms it. The contact hears of it by a change
    /// like any other: so it comes after what workflows changed before, and once, however often the word is delivered.
    fn obey(&mut self, conversation: &mut Conversation, command: Command) {
        let (change, text) = match command {
            Command::OptOut => {
                for session in conversation.sessions.iter_mut().filter(|s| s.is_running()) {
                    session.complete(Some(OPTED_OUT.to_owned()), self.now);
                }
                conversation.settle_sessions(self.now);
                conversation.queue.clear();
                let error = MessageError {
                    code: MessageError::OPTED_OUT.to_owned(),
                    message: "the contact opted out before it was sent".to_owned(),
                };
                conversation.cancel(&error, self.now);
                (Change::OptOut, OPTED_OUT_TEXT)
            }
            Command::OptIn => (Change::OptIn, OPTED_IN_TEXT),
        };
        conversation.change_contact(change, self.now);
        let id = self.ids.next(self.now);
        conversation.say(id, Content::Text { text: text.to_owned() }, None, self.now);
    }
}

/// The word of command that a message is. Where a session waits for an answer, or would if nobody had paused it, a tap on one of
/// the choices that it gave last is that answer, whatever the choice is called.
fn command(conversation: &Conversation, reply: &Reply, waits: bool) -> Option<Command> {
    let waiting = conversation.waiting();
    let command = flow::command(&reply.text, waits || waiting.is_some())?;
    let is_answer = waiting.is_some_and(|session| gave_choice(conversation, session.id, reply));
    (!is_answer).then_some(command)
}

fn gave_choice(conversation: &Conversation, session: Uuid, reply: &Reply) -> bool {
    let Some(payload) = &reply.payload else { return false };
    let given = conversation.log.iter().rev().find_map(|message| match &message.body {
        Body::Outbound { content } if message.session == Some(session) => {
            Some(telephony::choices(content)).filter(|choices| !choices.is_empty())
        }
        _ => None,
    });
    given.is_some_and(|choices| choices.iter().any(|choice| choice.id == *payload))
}
