//! A team over the store in memory.

#![allow(dead_code, reason = "each test file uses a part")]

use std::cell::Cell;

use contacts::{ContactError, Details, NewContact, Origin, Search, Sought, TagFilter, TagRequest};
use conversation::{
    Body, Channel, Contact, Conversation, EventId, KeyUse, Message, MessageStatus, identity,
};
use flow::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use store::memory::{Backend, MemoryKv, Random, block_on};
use store::{Change, Store, StoreError, keys, to_json};
use teams::Team;

pub const TEAM: &str = "team";
pub const ANA: &str = "+14155550123";
pub const BEA: &str = "+4915112345678";
/// 2026-05-07T08:14:23Z.
pub const NOON: u64 = 1_778_141_663_000;

pub struct Stage {
    pub kv: MemoryKv,
    store: Store<MemoryKv>,
    team: &'static str,
    clock: Cell<u64>,
    used: Option<KeyUse>,
}

pub fn open(kv: &MemoryKv, seed: u64) -> Store<MemoryKv> {
    let mut random = Random::new(seed);
    Store::new(kv.clone(), move || random.number())
}

fn json_of(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

impl Stage {
    pub fn new() -> Self {
        Self::on(Backend::Sqlite)
    }

    pub fn on(backend: Backend) -> Self {
        let kv = MemoryKv::new(backend);
        Self { store: open(&kv, 1), kv, team: TEAM, clock: Cell::new(NOON), used: None }
    }

    /// The same store, as another team sees it.
    pub fn as_team(&self, team: &'static str) -> Self {
        let kv = self.kv.clone();
        Self { store: open(&kv, 2), kv, team, clock: self.clock.clone(), used: None }
    }

    /// The same store, for a request with this `Idempotency-Key` and a body of this hash.
    pub fn with_key(&self, key: &str, body: &str) -> Self {
        let used = KeyUse { key: EventId::of("key", key), body: EventId::of("body", body) };
        Self { used: Some(used), ..self.as_team(self.team) }
    }

    fn used(&self) -> Option<&KeyUse> {
        self.used.as_ref()
    }

    pub fn set_clock(&self, now: u64) {
        self.clock.set(now);
    }

    fn now(&self) -> Timestamp {
        Timestamp(self.clock.get())
    }

    pub fn create(&self, body: Value) -> Value {
        self.try_create(body).unwrap()
    }

    pub fn try_create(&self, body: Value) -> Result<Value, ContactError> {
        let new = contacts::read(&body, NewContact::read)?;
        block_on(contacts::create(&self.store, self.team, &new, self.used(), self.now()))
            .map(json_of)
    }

    pub fn update(&self, body: Value) -> Result<Value, ContactError> {
        let (contact, details) = contacts::read(&body, Details::read_update)?;
        let of = (&contact, &details);
        block_on(contacts::update(&self.store, self.team, of, self.used(), self.now())).map(json_of)
    }

    pub fn get(&self, body: Value) -> Result<Value, ContactError> {
        let sought = contacts::read(&body, Sought::read)?;
        block_on(contacts::get(&self.store, self.team, &sought)).map(json_of)
    }

    pub fn add_tag(&self, body: Value) -> Result<Value, ContactError> {
        let request = contacts::read(&body, TagRequest::read)?;
        let (used, now) = (self.used(), self.now());
        block_on(contacts::add_tag(&self.store, self.team, &request, used, now)).map(json_of)
    }

    pub fn remove_tag(&self, body: Value) -> Result<Value, ContactError> {
        let request = contacts::read(&body, TagRequest::read)?;
        let (used, now) = (self.used(), self.now());
        block_on(contacts::remove_tag(&self.store, self.team, &request, used, now)).map(json_of)
    }

    pub fn tags(&self, body: Value) -> Value {
        let filter = contacts::read(&body, TagFilter::read).unwrap();
        json_of(block_on(contacts::list_tags(&self.store, self.team, &filter)).unwrap())
    }

    pub fn search(&self, body: Value) -> Value {
        let search = contacts::read(&body, Search::read).unwrap();
        json_of(block_on(contacts::search(&self.store, self.team, &search)).unwrap())
    }

    /// What the engine does with a change that a conversation made.
    pub fn change(&self, phone: &str, act: impl Fn(&mut Contact)) {
        let id = identity::contact(self.team, phone);
        let act = |contact: &mut Contact| {
            act(contact);
            Ok::<_, StoreError>(())
        };
        let changed = contacts::change(&self.store, self.team, id, self.now(), act);
        block_on(changed).unwrap().expect("a contact");
    }

    /// What the engine does with who writes first.
    pub fn change_or_create(&self, address: &str, act: impl Fn(&mut Contact)) {
        let origin = Origin { address, source: "whatsapp" };
        let act = |contact: &mut Contact| {
            act(contact);
            Ok::<_, StoreError>(())
        };
        block_on(contacts::find_or_create(&self.store, self.team, origin, self.now(), act))
            .unwrap();
    }

    pub fn store_document(&self, key: &str, document: &impl Serialize) {
        let write = async |_| Ok::<_, StoreError>(Change::Write(to_json(key, document)?, ()));
        block_on(self.store.update(key, write)).unwrap();
    }

    /// An entry of the list whose contact was never written.
    pub fn orphan(&self, n: u64) {
        let id = identity::contact(self.team, &format!("nobody {n}"));
        block_on(self.store.append(&keys::contacts(self.team), id.as_bytes())).unwrap();
    }

    pub fn has_accounts(&self, accounts: &[&str]) {
        let mut team = Team::default();
        for account in accounts {
            team.add_channel(Channel::Whatsapp, account);
        }
        self.store_document(&keys::team(self.team), &team);
    }

    /// A conversation in which so many messages were said, the last of them then.
    pub fn talked(&self, mut conversation: Conversation, messages: u64, last: Timestamp) {
        let message = |sequence: u64, at: Timestamp| Message {
            id: identity::derive("message", &[&sequence.to_string()]),
            sequence,
            at,
            body: Body::Inbound { kind: "text".into(), content: json!({"body": "hi"}) },
            status: MessageStatus::Received,
            provider_id: None,
            request: None,
            resent_as: None,
            outside_window: None,
            reply_to: None,
            error: None,
            session: None,
        };
        conversation.sequence = messages;
        conversation.log =
            [message(1, Timestamp(NOON - 1)), message(messages, last)].into_iter().collect();
        self.store_document(&keys::conversation(&conversation.id.to_string()), &conversation);
    }
}
