//! The bodies of the agent endpoints, but for the profile.

use fields::{Given, Object};
use serde_json::json;

use crate::{KnowledgeItem, LiveStatus, Profile};

/// The longest id of a body, in characters (contract/console-bimpe.md, section 4).
const MAX_ID: usize = 50;
/// The longest reason of a status, in characters.
const MAX_REASON: usize = 500;

/// Reads a new agent, and the id of its workflow.
#[must_use]
pub fn read_new(body: &Object<'_, '_>) -> (Profile, String) {
    let source = body.required_text("workflow_id", MAX_ID);
    let mut profile = Profile::default();
    profile.apply(body, true);
    (profile, source)
}

/// Reads a change of an agent into a profile, and the id of the workflow that it goes over to.
#[must_use]
pub fn read_change(body: &Object<'_, '_>, profile: &mut Profile) -> Option<String> {
    let source = body.filled_text("workflow_id", MAX_ID).value();
    profile.apply(body, false);
    source
}

/// Reads a status, and its reason: one that is not given is none, since it belonged to the status before.
#[must_use]
pub fn read_status(body: &Object<'_, '_>) -> (LiveStatus, Option<String>) {
    let status = body.one_of("status", &LiveStatus::NAMES).value();
    if !body.given("status") {
        body.error("status", "required");
    }
    let reason = body.text("status_reason", MAX_REASON).value();
    (status.and_then(|name| LiveStatus::from_name(&name)).unwrap_or_default(), reason)
}

/// What an agent is to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKnowledge {
    /// Up to 255 characters.
    pub name: String,
    /// Up to 1,000 characters.
    pub description: Option<String>,
    /// Up to 2,500 characters. `None`: it is at an address.
    pub content: Option<String>,
}

impl NewKnowledge {
    /// Reads it.
    #[must_use]
    pub fn read(body: &Object<'_, '_>) -> Self {
        let kind = body.one_of("type", &["text", "url"]).value();
        if !body.given("type") {
            body.error("type", "required");
        }
        let name = body.required_text("name", KnowledgeItem::MAX_NAME);
        let description = body.text("description", KnowledgeItem::MAX_DESCRIPTION).value();
        let _ = body.uri("url");
        let content = match kind.as_deref() {
            Some("text") => Some(text_content(body)),
            _ => {
                let _ = body.text("content", KnowledgeItem::MAX_CONTENT);
                if kind.is_some() && !body.given("url") {
                    body.error("url", "required");
                }
                None
            }
        };
        Self { name, description, content }
    }
}

fn text_content(body: &Object<'_, '_>) -> String {
    body.describe_whole(|| {
        let text = json!({"properties": {"type": {"const": "text"}}, "required": ["type"]});
        json!({"allOf": [{"if": text, "then": {"properties": {"url": {"type": "null"}}}}]})
    });
    if body.given("url") {
        body.error("url", NOT_OF_TEXT);
    }
    body.required_text("content", KnowledgeItem::MAX_CONTENT)
}

const NOT_OF_TEXT: &str = "must not be given with type text";

/// What is to change of a text that an agent knows.
#[derive(Debug, Clone, PartialEq)]
pub struct KnowledgeChange {
    name: Given<String>,
    description: Given<String>,
    content: Given<String>,
}

impl KnowledgeChange {
    /// Reads it.
    #[must_use]
    pub fn read(body: &Object<'_, '_>) -> Self {
        let change = Self {
            name: body.filled_text("name", KnowledgeItem::MAX_NAME),
            description: body.text("description", KnowledgeItem::MAX_DESCRIPTION),
            content: body.filled_text("content", KnowledgeItem::MAX_CONTENT),
        };
        body.describe("url", || json!({"type": "null"}));
        if body.given("url") {
            body.error("url", NOT_OF_TEXT);
        }
        change
    }

    /// Changes it. Absent fields stay.
    pub fn apply(&self, item: &mut KnowledgeItem) {
        if let Given::Value(name) = &self.name {
            name.clone_into(&mut item.name);
        }
        self.description.clone().put(&mut item.description);
        self.content.clone().put(&mut item.content);
    }
}
