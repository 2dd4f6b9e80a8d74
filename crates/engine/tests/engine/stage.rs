//! A world in which single cases are played, one after another.

use std::rc::Rc;

use channels::whatsapp;
use conversation::{Conversation, E164, MessageStatus};
use engine::{ContactRef, Key, Received, Started, Sweep, TriggerError, TriggerRequest};
use serde_json::{Map, Value, json};
use store::memory::{Backend, Random, block_on};
use store::{Store, keys};
use teams::Account;
use uuid::Uuid;

use super::simulation::host::{SimHost, World};
use super::simulation::provider::Provider;
use super::simulation::setup::{self, ACCOUNT, NOON, TEAM};
use super::simulation::{conversation_of, phone};

pub const SECOND: u64 = 1_000;
pub const MINUTE: u64 = 60 * SECOND;

pub struct Stage {
    pub world: Rc<World>,
    tasks: usize,
}

impl Stage {
    pub fn new() -> Self {
        let provider = Provider::new(Random::new(1), 0);
        let world = World::new(setup::begin(Backend::Sqlite), NOON, provider, false);
        Self { world: Rc::new(world), tasks: 0 }
    }

    pub fn host(&mut self) -> SimHost {
        self.tasks += 1;
        SimHost::new(&self.world, self.tasks, 0, Random::new(self.tasks as u64))
    }

    pub fn store(&self) -> Store<store::memory::MemoryKv> {
        setup::open(&self.world.kv)
    }

    pub fn pass(&self, milliseconds: u64) {
        self.world.pass(milliseconds);
    }

    /// Starts the offer; nothing is delivered yet.
    pub fn start(&mut self, contact: usize) -> Result<Started, TriggerError> {
        self.start_as(TEAM, ContactRef::Phone(E164::parse(&phone(contact)).unwrap()), None)
    }

    pub fn start_as(
        &mut self,
        team: &str,
        contact: ContactRef,
        key: Option<Key<'_>>,
    ) -> Result<Started, TriggerError> {
        let host = self.host();
        let context = Map::from_iter([("cart".to_owned(), json!("cart"))]);
        let workflow = setup::offer();
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

    pub fn receive(&mut self, account: &Account, value: Value) -> Received {
        let body = json!({"object": "whatsapp_business_account",
            "entry": [{"changes": [{"field": "messages", "value": value}]}]});
        let updates = whatsapp::parse(body.to_string().as_bytes()).unwrap();
        block_on(self.host().engine().receive(account, updates))
    }

    /// A contact writes, and is answered.
    pub fn hear(&mut self, contact: usize, id: &str, text: &str) {
        let received = self.receive(&self.account(), messages(&[(contact, id, text)]));
        assert!(received.failed.is_none());
        received.committed.into_iter().for_each(|committed| self.deliver(committed));
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
    let store = stage.store();
    let key = keys::channel("whatsapp", ACCOUNT);
    let write = async |json: Option<Vec<u8>>| {
        let mut account: Account = store::from_json(&key, &json.expect("an account"))?;
        change(&mut account);
        Ok::<_, store::StoreError>(store::Change::Write(store::to_json(&key, &account)?, ()))
    };
    block_on(store.update(&key, write)).unwrap();
}
