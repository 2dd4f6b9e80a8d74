//! A conversation under test: a clock, workflows, and turns that are checked for what must hold of every turn.

use std::collections::HashMap;

use flow::{Content, Kind, Reply, Timestamp};
use serde_json::{Map, json};
use uuid::Uuid;

use super::shelf::{SEQUENCES, Shelf, shelf};
use crate::{
    Applied, Attempt, Body, Channel, Contact, Conversation, EntryState, EventId, Finished, Inbound,
    KeyUse, Known, Message, MessageError, MessageStatus, Messages, Pinned, Receipt, Session,
    SessionStatus, Settled, Subscription, Trigger, Turn, TurnError,
};

pub(super) const SECOND: u64 = 1_000;
pub(super) const MINUTE: u64 = 60 * SECOND;
pub(super) const HOUR: u64 = 60 * MINUTE;
pub(super) const DAY: u64 = 24 * HOUR;
/// Not at the beginning of a minute.
pub(super) const NOON: u64 = 1_763_726_412_345;

pub(super) fn pinned(content: &str, ttl_minutes: u32) -> Pinned {
    let workflow = crate::identity::derive("workflow", &[content.trim_end_matches('2')]);
    let kind = if SEQUENCES.contains(&content) { Kind::Sequence } else { Kind::Flow };
    Pinned { workflow, name: content.to_owned(), kind, content: content.to_owned(), ttl_minutes }
}

pub(super) fn error(code: &str) -> MessageError {
    MessageError { code: code.to_owned(), message: "for the log".to_owned() }
}

pub(super) fn accepted(provider_id: &str) -> Attempt {
    Attempt::Accepted { provider_id: provider_id.to_owned() }
}

/// A conversation, and what its turns need.
pub(super) struct Talk {
    pub(super) conversation: Conversation,
    /// The host's clock.
    pub(super) clock: u64,
    /// All pages that were written, by name.
    pub(super) pages: HashMap<String, Vec<u8>>,
    /// What comes in where no session waits starts this.
    pub(super) route: Option<Pinned>,
    pub(super) older: Vec<EventId>,
    /// Whether the agent that answers rests.
    pub(super) rests: bool,
    shelf: Shelf,
    pub(super) contact: Contact,
    /// Who wants to be told of what.
    pub(super) subscriptions: Vec<Subscription>,
    drawn: u128,
}

impl Talk {
    pub(super) fn new() -> Self {
        Self::on(Channel::Whatsapp, "106540352242922")
    }

    /// Where what is said is only in the log.
    pub(super) fn test() -> Self {
        Self::on(Channel::Whatsapp, "test:agent")
    }

    pub(super) fn on(channel: Channel, account: &str) -> Self {
        let contact = Contact::new("acme", "+14155550123", "api", Timestamp(NOON));
        let (id, now) = (contact.id, Timestamp(NOON));
        Self {
            conversation: Conversation::new("acme", channel, account, "+14155550123", id, now),
            clock: NOON,
            pages: HashMap::new(),
            route: None,
            older: Vec::new(),
            rests: false,
            shelf: shelf(),
            contact,
            subscriptions: Vec::new(),
            drawn: 0,
        }
    }

    fn draw(&mut self) -> Uuid {
        self.drawn += 1;
        Uuid::from_u128(self.drawn)
    }

    /// A turn of a new holder.
    pub(super) fn turn<R>(
        &mut self,
        act: impl Fn(&mut Turn<'_, Shelf>, &mut Conversation) -> R,
    ) -> Done<R> {
        let id = self.draw();
        self.turn_of(id, act)
    }

    /// A turn of a holder, committed. Checks what must hold of every turn.
    pub(super) fn turn_of<R>(
        &mut self,
        id: Uuid,
        act: impl Fn(&mut Turn<'_, Shelf>, &mut Conversation) -> R,
    ) -> Done<R> {
        let seed = self.draw();
        let before = self.conversation.clone();
        let (mut after, result, fired, finished) = self.apply(&before, (id, seed), &act);
        match &finished {
            None => after = before,
            Some(finished) => {
                assert!(after.updated_at > before.updated_at);
                assert!(after.log.iter().is_sorted_by_key(|message| message.sequence));
                for page in &finished.pages {
                    if page.name.starts_with("log/") {
                        let page: Messages = serde_json::from_slice(&page.value).expect("a page");
                        assert!(page.iter().is_sorted_by_key(|message| message.sequence));
                    }
                    let written = self.pages.insert(page.name.clone(), page.value.clone());
                    assert_eq!(written, None, "a page is written once");
                }
            }
        }
        let json = serde_json::to_vec(&after).expect("a document");
        self.conversation = serde_json::from_slice(&json).expect("a document");
        assert_eq!(self.conversation, after, "read as it was written");
        for session in &after.sessions {
            let bytes = serde_json::to_vec(session).expect("a session").len();
            assert!(bytes <= session.bytes_at_most(), "{bytes}: {session:?}");
        }
        self.assert_announced(finished.as_ref());
        self.assert_waiting_in_order();
        let again = self.conversation.now(Timestamp(self.clock));
        // A millisecond later, something else may be due.
        if self.conversation.due().is_none_or(|due| due > again) {
            let (_, _, _, again) = self.apply(&self.conversation, (id, seed), &act);
            assert_eq!(again, None, "applied to its own result, a turn changes nothing");
        }
        Done { result, id, fired, finished }
    }

    pub(super) fn apply<R>(
        &self,
        to: &Conversation,
        ids: (Uuid, Uuid),
        act: impl Fn(&mut Turn<'_, Shelf>, &mut Conversation) -> R,
    ) -> (Conversation, R, usize, Option<Finished>) {
        let mut after = to.clone();
        let clock = Timestamp(self.clock);
        let known = Known {
            contact: &self.contact,
            programs: &self.shelf,
            older: &self.older,
            has_model: true,
            rests: self.rests,
        };
        let mut turn = Turn::begin(&mut after, clock, ids, &known);
        let fired = turn.fired();
        let result = act(&mut turn, &mut after);
        let news = turn.news(&mut after);
        turn.notify(&mut after, &news, &self.subscriptions);
        let finished = turn.finish(&mut after);
        (after, result, fired, finished)
    }

    /// What is due is announced in time, by a slot that is still to come.
    fn assert_announced(&self, finished: Option<&Finished>) {
        let now = self.conversation.updated_at.0.max(self.clock);
        let Some(Timestamp(due)) = self.conversation.due() else { return };
        let check_at = self.conversation.check_at.expect("a slot for what is due").0;
        assert!(check_at > now, "the slot is still to come");
        assert!(check_at <= due.max(now + 1).next_multiple_of(MINUTE), "the slot is in time");
        assert_eq!(check_at % MINUTE, 0);
        if let Some(minute) = finished.and_then(|finished| finished.announce) {
            assert_eq!(check_at, minute * MINUTE);
        }
    }

    /// The outbox is in the order in which the messages were written, and only its beginning is being sent.
    fn assert_waiting_in_order(&self) {
        let waits = !self.conversation.outbox.is_empty();
        assert_eq!(waits, self.conversation.outbox_due().is_some(), "it is looked at again");
        let sequences: Vec<u64> = (self.conversation.outbox.iter())
            .filter_map(|entry| match self.conversation.phone_call(entry.message) {
                Some(_) => None,
                None => {
                    Some(self.conversation.message(entry.message).expect("its message").sequence)
                }
            })
            .collect();
        assert!(sequences.is_sorted());
        let is_sending = |entry: &&crate::Entry| matches!(entry.state, EntryState::Sending { .. });
        let begun = self.conversation.outbox.iter().take_while(is_sending).count();
        let all = self.conversation.outbox.iter().filter(is_sending).count();
        assert_eq!(begun, all, "no message overtakes one that waits");
    }

    pub(super) fn pass(&mut self, milliseconds: u64) {
        self.clock += milliseconds;
    }

    pub(super) fn touch(&mut self) -> Done<()> {
        self.turn(|_, _| ())
    }

    pub(super) fn try_trigger(&mut self, trigger: &Trigger) -> Result<Done<Applied>, TurnError> {
        let id = self.draw();
        let (_, refused, ..) = self.apply(&self.conversation, (id, id), |turn, conversation| {
            turn.trigger(conversation, trigger)
        });
        refused?;
        Ok(self.turn_of(id, |turn, conversation| {
            turn.trigger(conversation, trigger).expect("as before")
        }))
    }

    pub(super) fn trigger(&mut self, content: &str) -> Done<Applied> {
        let trigger = self.request(content);
        self.try_trigger(&trigger).expect("a trigger that is not refused")
    }

    /// A request without an `Idempotency-Key`.
    pub(super) fn request(&mut self, content: &str) -> Trigger {
        let session = self.draw();
        let mut context = Map::new();
        context.insert("cart".to_owned(), json!(format!("cart-{}", self.drawn)));
        Trigger {
            event: EventId::of("request", &session.to_string()),
            session,
            workflow: pinned(content, 30),
            start_at: None,
            context,
            source: "api".to_owned(),
            key: None,
        }
    }

    /// A request with one.
    pub(super) fn keyed(&mut self, content: &str, key: &str, body: &str) -> Trigger {
        let session = crate::identity::keyed("acme", "route", key);
        let event = EventId::of("key", &session.to_string());
        let used = KeyUse { key: event, body: EventId::of("body", body) };
        Trigger { event, session, key: Some(used), ..self.request(content) }
    }

    pub(super) fn hear(&mut self, text: &str) -> Done<Applied> {
        let id = format!("wamid.{}", self.drawn);
        self.hear_as(&id, text)
    }

    pub(super) fn hear_as(&mut self, id: &str, text: &str) -> Done<Applied> {
        self.take(&inbound(id, text))
    }

    pub(super) fn take(&mut self, inbound: &Inbound) -> Done<Applied> {
        let route = self.route.clone();
        self.turn(|turn, conversation| {
            turn.inbound(conversation, inbound, route.as_ref()).expect("room in the queue")
        })
    }

    /// A person takes the conversation over, or gives it back, by a request of its own.
    pub(super) fn pause(&mut self, paused: bool) -> Done<()> {
        let key = EventId::of("request", &self.draw().to_string());
        let used = KeyUse { key, body: key };
        self.turn(|turn, conversation| {
            turn.pause(conversation, paused, &used).expect("a key that is new")
        })
    }

    pub(super) fn settle(&mut self, holder: Uuid, message: Uuid, attempt: &Attempt) -> Settled {
        self.turn_of(holder, |turn, conversation| turn.settle(conversation, message, attempt))
            .result
    }

    /// The same, and what the turn has to tell.
    pub(super) fn settled(
        &mut self,
        holder: Uuid,
        message: Uuid,
        attempt: &Attempt,
    ) -> Option<Finished> {
        self.turn_of(holder, |turn, conversation| turn.settle(conversation, message, attempt))
            .finished
    }

    /// A message that failed is sent again: what came of that, and who holds it.
    pub(super) fn resend(
        &mut self,
        event: EventId,
        message: Uuid,
    ) -> (Result<Applied, TurnError>, Uuid) {
        let done = self.turn(|turn, conversation| turn.resend(conversation, event, message));
        (done.result, done.id)
    }

    pub(super) fn receive(&mut self, receipt: &Receipt) -> Done<Applied> {
        self.turn(|turn, conversation| turn.receipt(conversation, receipt))
    }

    /// The messages that a holder has to send.
    pub(super) fn held(&self, holder: Uuid) -> Vec<Uuid> {
        self.conversation.held(holder).map(|message| message.id).collect()
    }

    /// What was said and heard.
    pub(super) fn said(&self) -> Vec<String> {
        self.conversation.log.iter().map(words).collect()
    }

    pub(super) fn last(&self) -> &Message {
        self.conversation.log.back().expect("a message")
    }

    pub(super) fn session(&self, id: Uuid) -> &Session {
        self.conversation.sessions.iter().find(|session| session.id == id).expect("the session")
    }

    pub(super) fn session_mut(&mut self, id: Uuid) -> &mut Session {
        let mut sessions = self.conversation.sessions.iter_mut();
        sessions.find(|session| session.id == id).expect("the session")
    }

    pub(super) fn status(&self, session: Uuid) -> SessionStatus {
        self.session(session).status
    }
}

/// A turn that was committed, or had nothing to commit.
pub(super) struct Done<R> {
    pub(super) result: R,
    /// The holder.
    pub(super) id: Uuid,
    pub(super) fired: usize,
    pub(super) finished: Option<Finished>,
}

impl Done<Applied> {
    /// The session that was started.
    pub(super) fn started(&self) -> Uuid {
        match self.result {
            Applied::Started(session) => session,
            other => panic!("{other:?}"),
        }
    }
}

pub(super) fn words(message: &Message) -> String {
    match &message.body {
        Body::Inbound { content, .. } => format!("< {}", content["body"].as_str().unwrap_or("?")),
        Body::Outbound { content: Content::Text { text } } => format!("> {text}"),
        Body::Outbound { content: Content::Template { name, .. } } => format!("> [{name}]"),
        Body::Outbound { .. } => "> ?".to_owned(),
    }
}

pub(super) fn inbound(id: &str, text: &str) -> Inbound {
    Inbound {
        event: EventId::of("whatsapp", id),
        provider_id: id.to_owned(),
        sent_at: None,
        kind: "text".to_owned(),
        content: json!({ "body": text }),
        reply: Reply::text(text),
    }
}

pub(super) fn receipt(message: Uuid, status: MessageStatus) -> Receipt {
    let error = (status == MessageStatus::Failed).then(|| error("131026"));
    Receipt { message: Some(message), provider_id: "wamid.out".to_owned(), status, at: None, error }
}
