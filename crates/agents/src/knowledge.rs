//! What an agent knows besides its workflow: texts that the language model is given.

use flow::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The document `knowledge:<agent>`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Knowledge {
    /// Oldest first.
    #[serde(default)]
    pub items: Vec<KnowledgeItem>,
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
pub enum KnowledgeKind {
    /// A text, given as it is.
    Text,
}
