//! What a session needs of the world: a call of an address, a word of the language model. The step returns the
//! request, the caller carries it out and gives the result back as an event.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::limits::{MAX_CONTACT_FIELDS, MAX_CONTACT_TAGS, MAX_HTTP_SAVED_BYTES, MAX_VALUE_DEPTH};
use crate::measure::{is_deeper, json_length};
use crate::{Tool, ToolCall};

/// A request that a session waits for.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Effect {
    /// Counts the effects of the session from 1: its result names it, and a result of another is ignored.
    pub number: u32,
    /// What is wanted.
    pub request: Request,
}

/// What a session wants of the world.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "EffectRequest"))]
pub enum Request {
    /// A call of an address.
    Http(HttpRequest),
    /// A word of the language model.
    Ai(AiRequest),
}

/// A call of an address.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HttpRequest {
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: String,
    /// Absolute, `https` or `http`.
    pub url: String,
    /// By lower-case name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Up to [`crate::limits::MAX_HTTP_SENT_BYTES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Seconds until it counts as timed out, 1 to [`crate::limits::MAX_HTTP_SECONDS`].
    pub timeout_seconds: u32,
}

/// A word of the language model. The workflow's own instructions ([`crate::Program::instructions`]) go before it.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AiRequest {
    /// What the node adds to the workflow's instructions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// What is to be answered or classified.
    pub input: String,
    /// How many of the conversation's latest messages go before the input.
    pub history: u32,
    /// The labels, one of which is wanted; empty where a reply is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Label>,
    /// What the model may do besides replying; empty where labels are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<Tool>,
}

/// What the language model may classify an input as.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AiLabel"))]
pub struct Label {
    /// The name, which is a port of the node.
    pub id: String,
    /// What it means, for the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// What came of a request.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum EffectResult {
    /// An address answered, whatever its status.
    Http {
        /// The status.
        status: u16,
        /// The body: parsed if it is JSON, else as text; null where there is none.
        #[serde(default)]
        body: Value,
    },
    /// An address answered, with a body of which nothing was kept until the session went on: see
    /// [`EffectResult::kept`].
    #[cfg_attr(feature = "schema", schemars(skip))]
    HttpTooLarge {
        /// The status.
        status: u16,
    },
    /// The language model's reply.
    Reply {
        /// What it says; may be blank where it does something.
        #[serde(default)]
        text: String,
        /// What it does, of what it was offered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        action: Option<ToolCall>,
    },
    /// What the language model classified the input as. A label that was not offered counts as an error.
    Label {
        /// The label's id.
        label: String,
    },
    /// It failed.
    Failed {
        /// A stable name: `unreachable`, `refused`, `too_large`, `not_configured`, ….
        code: String,
        /// For the workflow's author.
        message: String,
    },
    /// Nothing came in time.
    TimedOut,
}

impl EffectResult {
    /// The result as it is kept while its session stands still: without a body that no session may save. It could be
    /// larger than the conversation that keeps it may be, or nested so deep that the whole is never read again.
    #[must_use]
    pub fn kept(&self) -> Self {
        match self {
            Self::Http { status, body }
                if json_length(body) > MAX_HTTP_SAVED_BYTES || is_deeper(body, MAX_VALUE_DEPTH) =>
            {
                Self::HttpTooLarge { status: *status }
            }
            result => result.clone(),
        }
    }
}

/// What a turn changes in the contact, beyond the session.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ContactChange"))]
pub enum Change {
    /// A field: `name`, `email`, or one of the team's own. Null removes it.
    Field {
        /// The field.
        name: String,
        /// What it is now.
        value: Value,
    },
    /// A label more.
    AddTag {
        /// The label.
        tag: String,
    },
    /// A label less.
    RemoveTag {
        /// The label.
        tag: String,
    },
    /// The contact agrees to be written to.
    OptIn,
    /// The contact wants no more messages.
    OptOut,
}

impl Change {
    /// Applies it to what templates see as `contact`: the team's own fields are in its `metadata`, and what is
    /// no object stays as it is. Consent is not among what templates see. A field beyond
    /// [`MAX_CONTACT_FIELDS`] and a tag beyond [`MAX_CONTACT_TAGS`] are dropped.
    pub fn apply_to(&self, contact: &mut Value) {
        let Value::Object(contact) = contact else { return };
        match self {
            Self::Field { name, value } if ["name", "email"].contains(&name.as_str()) => {
                contact.insert(name.clone(), value.clone());
            }
            Self::Field { name, value } => {
                let own =
                    contact.entry("metadata").or_insert_with(|| Value::Object(Default::default()));
                let Value::Object(own) = own else { return };
                match value {
                    Value::Null => drop(own.shift_remove(name)),
                    value if own.contains_key(name) || own.len() < MAX_CONTACT_FIELDS => {
                        own.insert(name.clone(), value.clone());
                    }
                    _ => {}
                }
            }
            Self::AddTag { tag } | Self::RemoveTag { tag } => {
                let tags = contact.entry("tags").or_insert_with(|| Value::Array(Vec::new()));
                let Value::Array(tags) = tags else { return };
                let known = tags.iter().any(|known| known.as_str() == Some(tag));
                match self {
                    Self::AddTag { .. } if !known && tags.len() < MAX_CONTACT_TAGS => {
                        tags.push(Value::from(tag.as_str()));
                    }
                    Self::AddTag { .. } => {}
                    _ => tags.retain(|known| known.as_str() != Some(tag)),
                }
            }
            Self::OptIn | Self::OptOut => {}
        }
    }
}
