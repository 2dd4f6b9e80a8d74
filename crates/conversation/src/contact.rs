//! The contact: whom a team talks to, on whatever channel.

use std::collections::BTreeMap;

use flow::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::KeyUses;

/// A team's contact: the document `contact:<id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// Derived from the team and the contact's first address.
    pub id: Uuid,
    /// Whose contact it is.
    pub team: String,
    /// E.164, where a phone is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// How its channel knows it, where that is no phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// As the team or the channel's profile gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// An email address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Labels the team gave, in the order given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The team's own fields.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
    /// What created it: `api`, `whatsapp`, ….
    pub source: String,
    /// When the contact, or the team for it, agreed to receive messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opted_in_at: Option<Timestamp>,
    /// When the contact last said STOP; nothing but its own word lifts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opted_out_at: Option<Timestamp>,
    /// When the contact last said in its channel's settings whether it wants such messages, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_at: Option<Timestamp>,
    /// When the document was created.
    pub created_at: Timestamp,
    /// When it last changed, if it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    /// Where the list of the team's contacts names this one: other entries of it are of no account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<u64>,
    /// Set where the address that the id is derived from is another one of a person who has a contact already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// The last change that each conversation made, by the conversation's id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub applied: BTreeMap<Uuid, u64>,
    /// The newest changes that requests with an `Idempotency-Key` made.
    #[serde(default, skip_serializing_if = "KeyUses::is_empty")]
    pub keys: KeyUses,
}

/// Whose address it is, where it is not (any more) that of the contact whose id is derived from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The address of that contact.
    pub address: String,
    /// Addresses of conversations in which messages from this address were taken before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
}

/// Whether a contact may be sent messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// It may.
    Open,
    /// The contact opted out.
    OptedOut,
}

impl Contact {
    /// A new contact of `team`, known by `address`: an E.164 number, or another id of a channel.
    #[must_use]
    pub fn new(team: &str, address: &str, source: &str, now: Timestamp) -> Self {
        let is_phone = address.starts_with('+');
        Self {
            id: crate::identity::contact(team, address),
            team: team.to_owned(),
            phone: is_phone.then(|| address.to_owned()),
            address: (!is_phone).then(|| address.to_owned()),
            name: None,
            email: None,
            tags: Vec::new(),
            metadata: Map::new(),
            source: source.to_owned(),
            opted_in_at: None,
            opted_out_at: None,
            preferred_at: None,
            created_at: now,
            updated_at: None,
            listed: None,
            link: None,
            applied: BTreeMap::new(),
            keys: KeyUses::default(),
        }
    }

    /// When it last changed, or was created.
    #[must_use]
    pub fn changed_at(&self) -> Timestamp {
        self.updated_at.unwrap_or(self.created_at)
    }

    /// Whether the contact may be sent messages.
    #[must_use]
    pub fn consent(&self) -> Consent {
        match self.opted_out_at {
            Some(_) => Consent::OptedOut,
            None => Consent::Open,
        }
    }

    /// The team says that the contact agreed to messages. That counts where nothing else was said: a STOP of the contact
    /// stays.
    pub fn presume_consent(&mut self, now: Timestamp) {
        if self.opted_in_at.is_none() && self.opted_out_at.is_none() {
            self.opted_in_at = Some(now);
        }
    }

    /// The time of what happens with the contact: the host's clock, but after its STOP, also where another host, whose
    /// clock is ahead, took that in.
    #[must_use]
    pub fn now(&self, clock: Timestamp) -> Timestamp {
        self.opted_out_at.map_or(clock, |stopped| clock.max(stopped.plus_millis(1)))
    }

    /// What a template reads as `contact`.
    #[must_use]
    pub fn scope(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "phone": self.phone,
            "email": self.email,
            "tags": self.tags,
            "metadata": self.metadata,
        })
    }
}
