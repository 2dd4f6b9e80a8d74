//! A world in which single cases are played, one after another.

use std::rc::Rc;

use channels::whatsapp;
use conversation::{Contact, Conversation, E164, MessageStatus};
use engine::{ContactRef, Key, Received, Started, Sweep, TriggerError, TriggerRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use store::memory::{Backend, Random, block_on};
use store::{Store, keys};
use teams::Account;
use uuid::Uuid;
use workflows::Workflow;

use super::simulation::host::{SimHost, World};
use super::simulation::provider::Provider;
use super::simulation::setup::{self, ACCOUNT, NOON, TEAM};
use super::simulation::shop::Shop;
use super::simulation::{conversation_of, phone};

pub const SECOND: u64 = 1_000;
pub const MINUTE: u64 = 60 * SECOND;

pub struct Stage {
    pub world: Rc<World>,
    /// How far the hosts' time of day is off, in milliseconds.
    pub skew: i64,
    tasks: usize,
}

impl Stage {
    pub fn new() -> Self {
        Self::on(Backend::Sqlite)
    }

    /// A stage whose store has the defects of this kind.
    pub fn on(backend: Backend) -> Self {
        let provider = Provider::new(Random::new(1), 0);
        let shop = Shop::new(Random::new(2), 0);
        let kv = setup::begin(backend, &setup::simple());
        let world = World::new(kv, NOON, provider, shop, false);
        Self { world: Rc::new(world), skew: 0, tasks: 0 }
    }

    pub fn host(&mut self) -> SimHost {
        self.tasks += 1;
        SimHost::new(&self.world, self.tasks, self.skew, Random::new(self.tasks as u64))
    }

    pub fn store(&self) -> Store<store::memory::MemoryKv> {
        setup::open(&self.world.kv)
    }

    pub fn pass(&self, milliseconds: u64) {
        self.world.pass(milliseconds);
    }

    /// Starts the offer; nothing is delivered yet.
    pub fn start(&mut self, contact: usize) -> Result<Started, TriggerError> {
        self.start_as(TEAM, to(contact), None)
    }

    pub fn start_as(
        &mut self,
        team: &str,
        contact: ContactRef,
        key: Option<Key<'_>>,
    ) -> Result<Started, TriggerError> {
        self.start_workflow(setup::offer(), team, contact, key)
    }

    pub fn start_workflow(
        &mut self,
        workflow: Uuid,
        team: &str,
        contact: ContactRef,
        key: Option<Key<'_>>,
    ) -> Result<Started, TriggerError> {
        let host = self.host();
        let context = Map::from_iter([("cart".to_owned(), json!("cart"))]);
        let request =
            TriggerRequest { team, workflow, contact, account: None, start_at: None, context, key };
        block_on(host.engine().trigger(&request))
    }

    pub fn deliver<R>(&mut self, committed: engine::Committed<R>) {
        block_on(self.host().engine().deliver(committed));
    }

    /// Starts the offer, and sends what it says.
    pub fn offer(&mut self, contact: usize) -> Uuid {
        let started = self.start(contact).unwrap();
        self.deliver(started.committed);
        started.session
    }

    pub fn account(&self) -> Account {
        setup::account(&self.world.kv)
    }

    /// The account, read before any fault.
    pub fn account_despite_faults(&self) -> Account {
        setup::new_account(ACCOUNT, TEAM)
    }

    pub fn receive(&mut self, account: &Account, value: Value) -> Received {
        let updates = whatsapp::parse(webhook(&value).to_string().as_bytes()).unwrap();
        block_on(self.host().engine().receive(account, updates))
    }

    /// Contacts write; nothing is delivered yet.
    pub fn take(&mut self, all: &[(usize, &str, &str)]) -> Vec<engine::Committed<()>> {
        let received = self.receive(&self.account(), messages(all));
        assert!(received.failed.is_none());
        received.committed
    }

    /// A contact writes, and is answered.
    pub fn hear(&mut self, contact: usize, id: &str, text: &str) {
        let committed = self.take(&[(contact, id, text)]);
        committed.into_iter().for_each(|committed| self.deliver(committed));
    }

    /// A stage on which what nothing waits for starts this graph.
    pub fn with(graph: &Value) -> Self {
        let stage = Self::new();
        stage.publish(setup::welcome(), graph);
        stage
    }

    /// Publishes a graph, of a workflow that is created if there is none.
    pub fn publish(&self, workflow: Uuid, graph: &Value) {
        let store = self.store();
        setup::create_workflow(&store, workflow, TEAM, graph);
        let use_ = graph.to_string();
        assert!(block_on(setup::publish(&store, workflow, graph, &use_)), "it is not valid");
    }

    /// Publishes a workflow without a graph.
    pub fn publish_prompt(&self, workflow: Uuid, prompt: &str) {
        assert!(block_on(setup::publish_prompt(&self.store(), workflow, prompt)));
    }

    /// Publishes a workflow that was created, as the store has it.
    pub fn publish_definition(&self, workflow: Uuid, definition: &Value) {
        assert!(block_on(setup::publish_definition(&self.store(), workflow, definition)));
    }

    pub fn change_workflow(&self, workflow: Uuid, change: impl Fn(&mut Workflow)) {
        self.change(&keys::workflow(&workflow.to_string()), change);
    }

    pub fn change<D: Serialize + DeserializeOwned>(&self, key: &str, change: impl Fn(&mut D)) {
        let write = async |json: Option<Vec<u8>>| {
            let mut document: D = store::from_json(key, &json.expect("a document"))?;
            change(&mut document);
            Ok::<_, store::StoreError>(store::Change::Write(store::to_json(key, &document)?, ()))
        };
        block_on(self.store().update(key, write)).unwrap();
    }

    pub fn contact(&self, contact: usize) -> Contact {
        let id = conversation::identity::contact(TEAM, &phone(contact));
        let contact = block_on(self.store().read_json(&keys::contact(&id.to_string())));
        contact.unwrap().expect("a contact")
    }

    /// Sets a variable of the application.
    pub fn set(&self, name: &'static str, value: &str) {
        self.world.variables.borrow_mut().insert(name, value.to_owned());
    }

    /// Minutes pass, and a sweep comes in each.
    pub fn sweep_for(&mut self, minutes: u64) {
        for _ in 0..minutes {
            self.pass(MINUTE);
            self.sweep();
        }
    }

    pub fn sweep(&mut self) -> Sweep {
        block_on(self.host().engine().sweep()).unwrap()
    }

    pub fn find(&self, id: Uuid) -> Option<Conversation> {
        block_on(self.store().read_json(&keys::conversation(&id.to_string()))).unwrap()
    }

    pub fn conversation(&self, contact: usize) -> Conversation {
        self.find(conversation_of(contact)).expect("a conversation")
    }

    pub fn conversation_ended(&self, contact: usize) -> bool {
        self.conversation(contact).sessions.iter().all(|session| !session.is_running())
    }

    pub fn statuses(&self, contact: usize) -> Vec<MessageStatus> {
        self.conversation(contact).log.iter().map(|message| message.status).collect()
    }

    /// What the contact received.
    pub fn received(&self, contact: usize) -> Vec<String> {
        let provider = self.world.provider.borrow();
        let to = |a: &&super::simulation::provider::Accepted| a.to == phone(contact);
        let words = |body: &Value| {
            let text = body.pointer("/text/body").or_else(|| body.pointer("/template/name"));
            text.and_then(Value::as_str).unwrap_or("?").to_owned()
        };
        provider.accepted.iter().filter(to).map(|accepted| words(&accepted.body)).collect()
    }
}

pub fn to(contact: usize) -> ContactRef {
    ContactRef::Phone(E164::parse(&phone(contact)).unwrap())
}

pub fn webhook(value: &Value) -> Value {
    json!({"object": "whatsapp_business_account",
        "entry": [{"changes": [{"field": "messages", "value": value}]}]})
}

/// A webhook's value: who wrote, with which id, and what.
pub fn messages(messages: &[(usize, &str, &str)]) -> Value {
    let message = |(contact, id, text): &(usize, &str, &str)| {
        json!({"id": id, "from": phone(*contact).trim_start_matches('+'), "type": "text",
            "timestamp": (NOON / 1_000).to_string(), "text": {"body": text}})
    };
    let messages: Vec<Value> = messages.iter().map(message).collect();
    json!({"metadata": {"phone_number_id": ACCOUNT}, "messages": messages})
}

/// A webhook's value: a status of the `nth` message that the provider accepted.
pub fn status(stage: &Stage, nth: usize, status: &str) -> Value {
    let provider = stage.world.provider.borrow();
    let accepted = &provider.accepted[nth];
    json!({"metadata": {"phone_number_id": ACCOUNT}, "statuses": [{
        "id": accepted.provider_id, "status": status, "recipient_id": "14155550100",
        "biz_opaque_callback_data": format!("{}:{}", accepted.conversation, accepted.message)}]})
}

pub fn change_account(stage: &Stage, change: impl Fn(&mut Account)) {
    stage.change(&keys::channel("whatsapp", ACCOUNT), change);
}
