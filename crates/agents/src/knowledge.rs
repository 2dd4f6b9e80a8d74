//! What an agent knows besides its workflow: texts that the language model is given.

use conversation::{KeyUse, KeyUses};
use flow::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Change, Kv, Store, StoreError, keys, to_json};
use uuid::Uuid;

use crate::{KnowledgeView, WriteError};

/// Things that an agent may know: with 2,500 characters each they stay within one document, and a model's context.
pub const MAX_KNOWLEDGE: usize = 50;

/// The document `knowledge:<agent>`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Knowledge {
    /// Oldest first.
    #[serde(default)]
    pub items: Vec<KnowledgeItem>,
    /// The newest changes, by their `Idempotency-Key` or an id drawn for them.
    #[serde(default, skip_serializing_if = "KeyUses::is_empty")]
    pub keys: KeyUses,
}

/// A knowledge base, as the console calls it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnowledgeItem {
    /// Which.
    pub id: Uuid,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: KnowledgeKind,
    /// Up to 255 characters.
    pub name: String,
    /// Up to 1,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Of a text: up to 2,500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// The kinds of knowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum KnowledgeKind {
    /// A text, given as it is.
    Text,
}

impl KnowledgeItem {
    /// The longest name, in characters (contract/console-bimpe.md, section 4).
    pub const MAX_NAME: usize = 255;
    /// The longest description, in characters.
    pub const MAX_DESCRIPTION: usize = 1_000;
    /// The longest content, in characters.
    pub const MAX_CONTENT: usize = 2_500;

    /// As the console shows it.
    #[must_use]
    pub fn shown(&self) -> Value {
        json!(KnowledgeView::of(self))
    }
}

/// What an agent knows.
///
/// # Errors
/// When the store fails.
pub async fn knowledge<K: Kv>(store: &Store<K>, agent: Uuid) -> Result<Knowledge, StoreError> {
    let knowledge = store.read_json(&keys::knowledge(&agent.to_string())).await?;
    Ok(knowledge.unwrap_or_default())
}

/// Adds what an agent is to know; the same `Idempotency-Key` and body give what is there.
///
/// # Errors
/// [`WriteError`].
pub async fn add_knowledge<K: Kv>(
    store: &Store<K>,
    agent: Uuid,
    item: &KnowledgeItem,
    used: &KeyUse,
) -> Result<KnowledgeItem, WriteError> {
    let changed = change(store, agent, used, |items| {
        if items.len() >= MAX_KNOWLEDGE {
            return Err(WriteError::TooMuchKnowledge(MAX_KNOWLEDGE));
        }
        items.push(item.clone());
        Ok(true)
    })
    .await?;
    found(changed, item.id)
}

/// Changes what an agent knows. `act` says whether it changed anything.
///
/// # Errors
/// [`WriteError`].
pub async fn change_knowledge<K: Kv>(
    store: &Store<K>,
    agent: Uuid,
    id: Uuid,
    used: &KeyUse,
    mut act: impl FnMut(&mut KnowledgeItem) -> bool,
) -> Result<KnowledgeItem, WriteError> {
    let changed = change(store, agent, used, |items| {
        let item = items.iter_mut().find(|item| item.id == id);
        Ok(act(item.ok_or(WriteError::KnowledgeNotFound)?))
    })
    .await?;
    found(changed, id)
}

/// Removes what an agent is to know no longer.
///
/// # Errors
/// [`WriteError`].
pub async fn remove_knowledge<K: Kv>(
    store: &Store<K>,
    agent: Uuid,
    id: Uuid,
    used: &KeyUse,
) -> Result<(), WriteError> {
    let removed = change(store, agent, used, |items| {
        let at = items.iter().position(|item| item.id == id);
        items.remove(at.ok_or(WriteError::KnowledgeNotFound)?);
        Ok(true)
    });
    removed.await.map(drop)
}

fn found(knowledge: Knowledge, id: Uuid) -> Result<KnowledgeItem, WriteError> {
    let mut items = knowledge.items.into_iter();
    items.find(|item| item.id == id).ok_or(WriteError::KnowledgeNotFound)
}

async fn change<K: Kv>(
    store: &Store<K>,
    agent: Uuid,
    used: &KeyUse,
    mut act: impl FnMut(&mut Vec<KnowledgeItem>) -> Result<bool, WriteError>,
) -> Result<Knowledge, WriteError> {
    let key = keys::knowledge(&agent.to_string());
    store
        .update(&key, async |current| {
            let mut knowledge: Knowledge = match &current {
                Some(json) => store::from_json(&key, json)?,
                None => Knowledge::default(),
            };
            // Before any other check: a change that is applied again must know its own effect.
            if knowledge.keys.has(used)? {
                return Ok(Change::Keep(knowledge));
            }
            if !act(&mut knowledge.items)? {
                return Ok(Change::Keep(knowledge));
            }
            knowledge.keys.remember(used);
            Ok(Change::Write(to_json(&key, &knowledge)?, knowledge))
        })
        .await
}
