//! What of a workflow's definition decides how it talks: the graph, and the lists of the console contract
//! (contract/console-bimpe.md, section 3). Reading and storing definitions is the crate `workflows`'.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a workflow is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "WorkflowKind"))]
pub enum Kind {
    /// A dialogue, over in minutes. The newest one of a conversation goes on, the others stand still.
    #[default]
    Flow,
    /// A campaign over days. Several go on beside one another, and none while a flow runs.
    Sequence,
}

impl Kind {
    /// Their names.
    pub const NAMES: [&'static str; 2] = [Self::Flow.as_str(), Self::Sequence.as_str()];

    /// The name used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Sequence => "sequence",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Flow, Self::Sequence].into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether it is what workflows are where nothing is said.
    #[must_use]
    pub fn is_flow(&self) -> bool {
        *self == Self::Flow
    }
}

/// The parts of a definition that are compiled.
#[derive(Copy, Clone, Debug, Default)]
pub struct Definition<'a> {
    /// The workflow's own id, where it has one: it may not call itself.
    pub id: Option<&'a str>,
    /// What it is for.
    pub kind: Kind,
    /// Instructions for the language model.
    pub system_prompt: &'a str,
    /// Phrases with their answers, in order.
    pub rules: &'a [Rule],
    /// Scripts chosen by keywords, in order.
    pub flows: &'a [FlowScript],
    /// Questions with their answers.
    pub faq: &'a [Faq],
    /// The graph, as it was written.
    pub graph: Option<&'a Value>,
    /// What is answered where nothing else fits; a default text when absent.
    pub fixed_reply: Option<&'a str>,
}

/// A graph alone.
impl<'a> From<&'a Value> for Definition<'a> {
    fn from(graph: &'a Value) -> Self {
        Self { graph: Some(graph), ..Self::default() }
    }
}

/// Phrases with an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rule {
    /// Given by the client.
    pub id: String,
    /// For people.
    pub name: String,
    /// Phrases, separated by commas or lines.
    pub trigger: String,
    /// A condition that must hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// What is answered.
    pub response: String,
    /// What is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Whether it counts.
    pub enabled: bool,
}

/// A script chosen by keywords.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlowScript {
    /// For people.
    pub name: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// 1 to 10; a higher one wins among equals.
    pub priority: f64,
    /// Whether it counts.
    pub is_active: bool,
    /// What chooses it.
    pub trigger_keywords: Vec<Keyword>,
    /// What is said and done, in order.
    pub conversation_steps: Vec<ConversationStep>,
}

/// A keyword of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Keyword {
    /// Whole words.
    pub keyword: String,
    /// What it counts.
    pub weight: Weight,
}

/// What a keyword counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Weight {
    /// 3.
    High,
    /// 2.
    Medium,
    /// 1.
    Low,
}

/// A step of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConversationStep {
    /// `text_response`, `action`, ….
    #[serde(rename = "type")]
    pub kind: String,
    /// What is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// What is done, when the type is `action`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// What is asked and waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub followup: Option<String>,
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Faq {
    /// As a contact may ask it.
    pub question: String,
    /// What is answered.
    pub answer: String,
}
