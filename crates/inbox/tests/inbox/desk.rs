//! A team with accounts, contacts, and conversations between them.

use conversation::{
    Body, Channel, Contact, Conversation, EventId, Ids, KeyUse, Message, MessageStatus, identity,
};
use flow::{Content, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use store::memory::{Backend, MemoryKv, Random, block_on};
use store::{Change, Store, StoreError, keys, to_json};
use teams::Team;
use uuid::Uuid;

pub const TEAM: &str = "acme";
/// 2026-05-07T08:14:23Z.
pub const NOON: u64 = 1_778_141_663_000;

pub struct Desk {
    pub kv: MemoryKv,
    pub store: Store<MemoryKv>,
}

impl Desk {
    /// A team with these accounts.
    pub fn with_accounts(accounts: &[&str]) -> Self {
        let kv = MemoryKv::new(Backend::Sqlite);
        let desk = Self { store: open(&kv), kv };
        let mut team = Team::default();
        for account in accounts {
            team.add_channel(Channel::Whatsapp, account);
        }
        desk.write(&keys::team(TEAM), &team);
        desk
    }

    pub fn write(&self, key: &str, document: &impl Serialize) {
        let json = to_json(key, document).unwrap();
        let write = async |_| Ok::<_, StoreError>(Change::Write(json.clone(), ()));
        block_on(self.store.update(key, write)).unwrap();
    }

    /// The contact with this number, which is created if it is new.
    pub fn contact(&self, n: u64) -> Contact {
        let body = json!({"phoneNumberId": phone(n), "customerName": format!("Customer {n}")});
        let new = inbox::read(&body, inbox::NewCustomer::read).unwrap();
        block_on(inbox::customer(&self.store, TEAM, &new, None, Timestamp(NOON + n))).unwrap();
        let id = identity::contact(TEAM, &format!("+{}", phone(n)));
        block_on(contacts::load(&self.store, TEAM, id)).unwrap().unwrap()
    }

    /// A contact's conversation on an account, with nothing said.
    pub fn conversation(&self, account: &str, n: u64) -> Conversation {
        let contact = self.contact(n);
        let address = contact.phone.clone().unwrap();
        let began = Timestamp(NOON + n);
        Conversation::new(TEAM, Channel::Whatsapp, account, &address, contact.id, began)
    }

    /// Such a conversation, in the store.
    pub fn talks(&self, account: &str, n: u64) -> Conversation {
        let conversation = self.conversation(account, n);
        self.write(&keys::conversation(&conversation.id.to_string()), &conversation);
        conversation
    }

    /// What an act gives, and how many keys a host reads for it that has read none before. It writes none.
    pub fn reads<R>(&self, act: impl AsyncFnOnce(&Store<MemoryKv>) -> R) -> (R, u64) {
        let before = self.kv.counts();
        let result = block_on(act(&open(&self.kv)));
        let after = self.kv.counts();
        assert_eq!(after.writes(), before.writes(), "it only reads");
        (result, after.reads() - before.reads())
    }

    /// What an act gives, and how many writes it makes.
    pub fn writes<R>(&self, act: impl AsyncFnOnce(&Store<MemoryKv>) -> R) -> (R, u64) {
        let before = self.kv.counts();
        let result = block_on(act(&self.store));
        (result, self.kv.counts().writes() - before.writes())
    }
}

fn open(kv: &MemoryKv) -> Store<MemoryKv> {
    let mut random = Random::new(1);
    Store::new(kv.clone(), move || random.number())
}

/// A phone, as the API writes it.
pub fn phone(n: u64) -> String {
    (972_500_000_000 + n).to_string()
}

pub fn used(key: &str, body: &str) -> KeyUse {
    KeyUse { key: EventId::of("key", key), body: EventId::of("body", body) }
}

pub fn shown(view: impl Serialize) -> Value {
    serde_json::to_value(view).unwrap()
}

/// The `sequence`th message of a conversation, at this time: odd ones the contact's.
pub fn message(sequence: u64, at: u64) -> Message {
    let words = format!("word {sequence}");
    let (body, status) = match sequence % 2 {
        1 => {
            let content = json!({"body": words});
            (Body::Inbound { kind: "text".to_owned(), content }, MessageStatus::Received)
        }
        _ => (Body::Outbound { content: Content::Text { text: words } }, MessageStatus::Sent),
    };
    Message {
        id: Ids::new(Uuid::from_u128(sequence.into())).next(Timestamp(at)),
        sequence,
        at: Timestamp(at),
        body,
        status,
        provider_id: Some(format!("wamid.{sequence}")),
        request: None,
        reply_to: None,
        resent_as: None,
        outside_window: None,
        error: None,
        session: None,
    }
}
