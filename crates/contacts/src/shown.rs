//! Contacts and tags as the actions API shows them (contract/actions-qyvo.md, section 6).

use conversation::Contact;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::activity::Activity;

/// A contact, as `get-contact` and `create-contact` show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Contact"))]
pub struct ContactView {
    /// Which.
    pub id: Uuid,
    /// E.164; null where the channel knows it by another id.
    pub phone: Option<String>,
    /// As the team, or the channel's profile, gives it.
    pub name: Option<String>,
    /// An email address.
    pub email: Option<String>,
    /// What created it: `api`; `whatsapp`: it wrote first; `console`.
    pub source: String,
    /// Never known here.
    pub locale: Option<String>,
    /// The team's own fields.
    pub metadata: Map<String, Value>,
    /// In the order in which they were given.
    pub tags: Vec<String>,
    /// When it, or the team for it, agreed to messages.
    pub opted_in_at: Option<String>,
    /// When it said STOP.
    pub opted_out_at: Option<String>,
    /// When the last message was written, by either.
    pub last_message_at: Option<String>,
    /// Messages ever, of both.
    pub total_messages: u64,
    /// When it was created.
    pub created_at: String,
}

/// A contact, as `update-contact` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "UpdatedContact"))]
pub struct UpdatedView {
    /// Which.
    pub id: Uuid,
    /// E.164.
    pub phone: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// An email address.
    pub email: Option<String>,
    /// In the order in which they were given.
    pub tags: Vec<String>,
    /// When it last changed.
    pub updated_at: String,
}

/// A contact, as `search-contacts` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "FoundContact"))]
pub struct FoundView {
    /// Which.
    pub id: Uuid,
    /// E.164.
    pub phone: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// An email address.
    pub email: Option<String>,
    /// What created it.
    pub source: String,
    /// In the order in which they were given.
    pub tags: Vec<String>,
    /// When the last message was written, by either.
    pub last_message_at: Option<String>,
    /// When it was created.
    pub created_at: String,
}

/// What `add-tag` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "TagAdded"))]
pub struct TagAddedView {
    /// Whose.
    pub id: Uuid,
    /// E.164.
    pub phone: Option<String>,
    /// The tag, whether it was there before or not.
    pub tag_added: String,
    /// All that it has now.
    pub tags: Vec<String>,
}

/// What `remove-tag` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "TagRemoved"))]
pub struct TagRemovedView {
    /// Whose.
    pub id: Uuid,
    /// E.164.
    pub phone: Option<String>,
    /// The tag, whether it was there or not.
    pub tag_removed: String,
    /// All that it still has.
    pub tags: Vec<String>,
}

/// A tag of a team. How many contacts have it would have to be counted, with a write whenever one is tagged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Tag"))]
pub struct TagView {
    /// Derived from the team and the name.
    pub id: Uuid,
    /// The tag.
    pub name: String,
    /// When a contact was first given it.
    pub created_at: String,
}

impl ContactView {
    pub(crate) fn of(contact: &Contact, activity: Activity) -> Self {
        let Contact { id, phone, name, email, tags, metadata, source, .. } = contact.clone();
        Self {
            id,
            phone,
            name,
            email,
            source,
            locale: None,
            metadata,
            tags,
            opted_in_at: contact.opted_in_at.map(flow::Timestamp::to_rfc3339),
            opted_out_at: contact.opted_out_at.map(flow::Timestamp::to_rfc3339),
            last_message_at: activity.last_message_at.map(flow::Timestamp::to_rfc3339),
            total_messages: activity.messages,
            created_at: contact.created_at.to_rfc3339(),
        }
    }
}

impl UpdatedView {
    pub(crate) fn of(contact: &Contact) -> Self {
        let Contact { id, phone, name, email, tags, .. } = contact.clone();
        let updated_at = contact.changed_at().to_rfc3339();
        Self { id, phone, name, email, tags, updated_at }
    }
}

impl FoundView {
    pub(crate) fn of(contact: Contact, activity: Activity) -> Self {
        let Contact { id, phone, name, email, tags, source, created_at, .. } = contact;
        let created_at = created_at.to_rfc3339();
        let last_message_at = activity.last_message_at.map(flow::Timestamp::to_rfc3339);
        Self { id, phone, name, email, source, tags, last_message_at, created_at }
    }
}

impl TagAddedView {
    pub(crate) fn of(contact: &Contact, tag: &str) -> Self {
        let Contact { id, phone, tags, .. } = contact.clone();
        Self { id, phone, tag_added: tag.to_owned(), tags }
    }
}

impl TagRemovedView {
    pub(crate) fn of(contact: &Contact, tag: &str) -> Self {
        let Contact { id, phone, tags, .. } = contact.clone();
        Self { id, phone, tag_removed: tag.to_owned(), tags }
    }
}
