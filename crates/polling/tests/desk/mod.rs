//! Conversations of a team in a store, and hosts that start sessions in them as a commit does.

#![allow(dead_code, reason = "each test file uses some")]

use conversation::{
    Body, Channel, Conversation, Finished, Message, MessageStatus, Session, identity,
};
use flow::{Kind, Timestamp};
use polling::Announcement;
use serde_json::json;
use store::memory::{MemoryKv, Random};
use store::{Change, Store, StoreError, keys};
use uuid::Uuid;

pub const TEAM: &str = "acme";
pub const NOON: Timestamp = Timestamp(1_763_726_412_345);

/// Workflows with this number and above are sequences.
pub const SEQUENCES: u128 = 100;

/// An instance's store.
pub fn open(kv: &MemoryKv) -> Store<MemoryKv> {
    let mut random = Random::new(0);
    Store::new(kv.clone(), move || random.number())
}

pub fn phone(contact: usize) -> String {
    format!("+1415{contact:07}")
}

pub fn conversation(contact: usize) -> Conversation {
    let id = identity::contact(TEAM, &phone(contact));
    Conversation::new(TEAM, Channel::Whatsapp, "1061", &phone(contact), id, NOON)
}

pub fn a_session(id: Uuid, flow: u128, at: Timestamp) -> Session {
    let session = json!({
        "id": id, "workflow": Uuid::from_u128(flow), "workflow_name": format!("Flow {flow}"),
        "content": "", "ttl_minutes": 30, "source": "api", "event": "000000000000000000000000",
        "status": "completed", "created_at": at, "last_interaction_at": at, "expires_at": at,
        "completed_at": at,
    });
    serde_json::from_value(session).unwrap()
}

pub fn a_message(id: Uuid, kind: &str, at: Timestamp) -> Message {
    Message {
        id,
        sequence: 1,
        at,
        body: Body::Inbound { kind: kind.to_owned(), content: json!({"body": "hi"}) },
        status: MessageStatus::Received,
        provider_id: None,
        request: None,
        resent_as: None,
        outside_window: None,
        reply_to: None,
        error: None,
        session: None,
    }
}

/// What a host does in a conversation: what it starts or hears has an id for each time it is applied, and its effect is
/// known by the event.
#[derive(Clone)]
pub struct Turn {
    pub contact: usize,
    pub flow: u128,
    pub at: Timestamp,
    /// Two hosts may have the same; the one that comes second does nothing.
    pub event: String,
    /// Whether the session's id follows from the event, as it does from an `Idempotency-Key`. A message's never does.
    pub keyed: bool,
    pub kind: Option<&'static str>,
}

impl Turn {
    pub fn trigger(contact: usize, flow: u128, at: Timestamp) -> Self {
        let event = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{contact} {}", at.0).as_bytes());
        Self { contact, flow, at, event: event.to_string(), keyed: false, kind: None }
    }

    /// Commits. `seed` is of this commit only.
    pub async fn commit(&self, store: &Store<MemoryKv>, seed: u64) -> Result<(), StoreError> {
        let first = conversation(self.contact);
        let key = keys::conversation(&first.id.to_string());
        let mut announcement = Announcement::default();
        let mut applied = 0;
        let committed = store
            .update(&key, async |current: Option<Vec<u8>>| {
                let mut document = match &current {
                    Some(json) => store::from_json(&key, json)?,
                    None => first.clone(),
                };
                // Sessions and messages of the test are named for the event in a field that nothing reads.
                let has = |session: &Session| session.content == self.event;
                let heard = |m: &Message| m.provider_id.as_deref() == Some(&self.event);
                if document.sessions.iter().any(has) || document.log.iter().any(heard) {
                    return Ok(Change::Keep(document));
                }
                applied += 1;
                let drawn = match self.keyed && self.kind.is_none() {
                    true => self.event.clone(),
                    false => format!("{} {seed} {applied}", self.event),
                };
                let finished = self.apply(&mut document, &drawn);
                polling::announce(store, &mut document, &finished, self.at, &mut announcement)
                    .await?;
                Ok::<_, StoreError>(Change::Write(store::to_json(&key, &document)?, document))
            })
            .await?;
        polling::count(store, &committed, &announcement).await
    }

    fn apply(&self, document: &mut Conversation, drawn: &str) -> Finished {
        let random = Uuid::new_v5(&Uuid::NAMESPACE_OID, drawn.as_bytes());
        let mut bytes = [0; 10];
        bytes.copy_from_slice(&random.as_bytes()[..10]);
        let id = uuid::Builder::from_unix_timestamp_millis(self.at.0, &bytes).into_uuid();
        document.updated_at = self.at;
        if let Some(kind) = self.kind {
            let mut message = a_message(id, kind, self.at);
            message.provider_id = Some(self.event.clone());
            document.log.push_back(message);
            return Finished { heard: vec![id], ..Finished::default() };
        }
        let mut session = a_session(id, self.flow, self.at);
        session.content.clone_from(&self.event);
        session.kind = if self.flow >= SEQUENCES { Kind::Sequence } else { Kind::Flow };
        document.sessions.push(session);
        Finished { started: vec![id], ..Finished::default() }
    }
}
