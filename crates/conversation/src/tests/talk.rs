//! A conversation under test: a clock, workflows, and turns that are checked for what must hold of every turn.

use std::collections::HashMap;

use flow::{Content, Pin, Program, Reply, Timestamp};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    Applied, Attempt, Body, Channel, Contact, Conversation, EntryState, EventId, Finished, Inbound,
    KeyUse, Known, Message, MessageError, MessageStatus, Pinned, Programs, Receipt, Session,
    SessionStatus, Settled, Trigger, Turn, TurnError,
};

pub(super) const SECOND: u64 = 1_000;
pub(super) const MINUTE: u64 = 60 * SECOND;
pub(super) const HOUR: u64 = 60 * MINUTE;
pub(super) const DAY: u64 = 24 * HOUR;
/// Not at the beginning of a minute.
pub(super) const NOON: u64 = 1_763_726_412_345;

/// The workflows, by the name that stands for the hash of their content.
pub(super) struct Shelf(HashMap<&'static str, Program>);

impl Programs for Shelf {
    fn program(&self, content: &str) -> Option<&Program> {
        self.0.get(content)
    }
}

/// A workflow that is called is named after its content.
impl flow::Programs for Shelf {
    fn pinned(&self, pin: &Pin) -> Option<&Program> {
        self.0.get(pin.content.as_str())
    }

    fn published(&self, workflow: &str) -> Option<(Pin, &Program)> {
        let pin = Pin { workflow: workflow.to_owned(), content: workflow.to_owned() };
        Some((pin, self.0.get(workflow)?))
    }
}

fn shelf() -> Shelf {
    let graphs = [
        // Says what it hears, for ever; gives up after an hour.
        (
            "echo",
            json!({"entry": "ask", "nodes": [
                {"id": "ask", "type": "ask", "text": "Yes?", "timeout": 60},
                {"id": "got", "type": "message", "text": "got {{input.text}}"},
                {"id": "bye", "type": "message", "text": "bye"},
            ], "edges": [{"from": "ask", "to": "got"}, {"from": "got", "to": "ask"},
                {"from": "ask", "port": "timeout", "to": "bye"}]}),
        ),
        // The same, as it was published later.
        (
            "echo2",
            json!({"entry": "ask", "nodes": [
                {"id": "ask", "type": "ask", "text": "Yes, please?"},
                {"id": "got", "type": "message", "text": "heard {{input.text}}"},
            ], "edges": [{"from": "ask", "to": "got"}, {"from": "got", "to": "ask"}]}),
        ),
        // Asks once, without a timeout.
        (
            "once",
            json!({"entry": "ask", "nodes": [
                {"id": "ask", "type": "ask", "text": "Name?", "save_as": "name"},
                {"id": "end", "type": "end", "outcome": "named"},
            ], "edges": [{"from": "ask", "to": "end"}]}),
        ),
        // Reaches whom it likes, whenever it likes.
        (
            "offer",
            json!({"entry": "ask", "nodes": [
                {"id": "ask", "type": "ask",
                    "template": {"name": "offer", "language": "en", "variables": ["{{context.cart}}"]}},
                {"id": "thanks", "type": "message", "text": "Thanks for {{context.cart}}"},
            ], "edges": [{"from": "ask", "to": "thanks"}]}),
        ),
        (
            "three",
            json!({"entry": "a", "nodes": [
                {"id": "a", "type": "message", "text": "one"},
                {"id": "b", "type": "message", "text": "two"},
                {"id": "c", "type": "message", "text": "three"},
            ], "edges": [{"from": "a", "to": "b"}, {"from": "b", "to": "c"}]}),
        ),
        // Its timer is due as soon as it is set.
        (
            "restless",
            json!({"entry": "ask", "nodes": [
                {"id": "ask", "type": "ask", "text": "Still there?", "timeout": 0.000_001},
            ], "edges": [{"from": "ask", "to": "ask"}, {"from": "ask", "port": "timeout", "to": "ask"}]}),
        ),
        (
            "handoff",
            json!({"entry": "h", "nodes": [{"id": "h", "type": "handoff", "text": "One moment"}],
                "edges": []}),
        ),
        ("loud", loud()),
        // Looks something up, then says what it hears; looks it up again when asked to.
        (
            "lookup",
            json!({"entry": "wait", "nodes": [
                {"id": "wait", "type": "message", "text": "One moment"},
                {"id": "get", "type": "http", "url": "https://api.example.com/lookup", "save_as": "found"},
                {"id": "more", "type": "ask", "text": "It is {{vars.found.body.x}}. More?"},
                {"id": "again", "type": "branch", "cases": [{"id": "again", "when":
                    {"all": [{"value": "{{input.text}}", "op": "equals", "to": "again"}]}}]},
                {"id": "got", "type": "ask", "text": "got {{input.text}}. More?"},
                {"id": "sorry", "type": "handoff", "text": "A colleague will help you"},
            ], "edges": [{"from": "wait", "to": "get"}, {"from": "get", "to": "more"},
                {"from": "get", "port": "error", "to": "sorry"}, {"from": "more", "to": "again"},
                {"from": "again", "port": "again", "to": "wait"},
                {"from": "again", "port": "else", "to": "got"}, {"from": "got", "to": "got"}]}),
        ),
        (
            "rename",
            json!({"entry": "set", "nodes": [
                {"id": "set", "type": "set", "contact": {"name": "Ana", "level": "gold"}, "add_tags": ["vip"]},
                {"id": "ask", "type": "ask", "text": "{{contact.name}}?"},
                {"id": "say", "type": "message",
                    "text": "{{contact.name}} {{contact.tags}} {{contact.metadata.level}}"},
            ], "edges": [{"from": "set", "to": "ask"}, {"from": "ask", "to": "say"}]}),
        ),
        (
            "leave",
            json!({"entry": "out", "nodes": [{"id": "out", "type": "consent", "action": "opt_out"}],
                "edges": []}),
        ),
    ];
    let compile = |graph: Value| flow::compile(&graph).expect("a graph that compiles");
    Shelf(graphs.into_iter().map(|(name, graph)| (name, compile(graph))).collect())
}

/// Answers everything with nearly as much as a turn may say.
fn loud() -> Value {
    let text = "x".repeat(1_500);
    let mut nodes = vec![json!({"id": "ask", "type": "ask", "text": "More?"})];
    let mut edges = vec![json!({"from": "ask", "to": "m0"}), json!({"from": "m18", "to": "ask"})];
    for n in 0..19 {
        nodes.push(json!({"id": format!("m{n}"), "type": "message", "text": text}));
        if n > 0 {
            edges.push(json!({"from": format!("m{}", n - 1), "to": format!("m{n}")}));
        }
    }
    json!({"entry": "ask", "nodes": nodes, "edges": edges})
}

pub(super) fn pinned(content: &str, ttl_minutes: u32) -> Pinned {
    let workflow = crate::identity::derive("workflow", &[content.trim_end_matches('2')]);
    Pinned { workflow, name: content.to_owned(), content: content.to_owned(), ttl_minutes }
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
    shelf: Shelf,
    contact: Contact,
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
            shelf: shelf(),
            contact,
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
                for page in &finished.pages {
                    let written = self.pages.insert(page.name.clone(), page.value.clone());
                    assert_eq!(written, None, "a page is written once");
                }
            }
        }
        let json = serde_json::to_vec(&after).expect("a document");
        self.conversation = serde_json::from_slice(&json).expect("a document");
        assert_eq!(self.conversation, after, "read as it was written");
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
        };
        let mut turn = Turn::begin(&mut after, clock, ids, &known);
        let fired = turn.fired();
        let result = act(&mut turn, &mut after);
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
            .map(|entry| self.conversation.message(entry.message).expect("its message").sequence)
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
        let inbound = inbound(id, text);
        let route = self.route.clone();
        self.turn(|turn, conversation| {
            turn.inbound(conversation, &inbound, route.as_ref()).expect("room in the queue")
        })
    }

    pub(super) fn settle(&mut self, holder: Uuid, message: Uuid, attempt: &Attempt) -> Settled {
        self.turn_of(holder, |turn, conversation| turn.settle(conversation, message, attempt))
            .result
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
        command: None,
    }
}

pub(super) fn receipt(message: Uuid, status: MessageStatus) -> Receipt {
    let error = (status == MessageStatus::Failed).then(|| error("131026"));
    Receipt { message: Some(message), provider_id: "wamid.out".to_owned(), status, at: None, error }
}
