//! What is stored of a workflow: the head, which changes, and published contents, which do not.

use conversation::KeyUses;
use flow::{Issue, Severity, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::Definition;
use crate::view::{ReleaseView, WorkflowView};

/// Releases that a head remembers. Older contents stay readable to the sessions pinned to them.
const RELEASES: usize = 200;

/// Who can see a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Visibility {
    /// Its team.
    #[default]
    Private,
    /// Every team; its own changes it.
    Public,
}

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// From 1.
    pub version: u32,
    /// SHA-256 of the content, in hexadecimal.
    pub content: String,
    /// When it was published.
    pub published_at: Timestamp,
}

/// The document `workflow:<id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workflow {
    /// UUIDv7, or derived from the `Idempotency-Key`.
    pub id: Uuid,
    /// Whose it is.
    pub team: String,
    /// Who can see it.
    #[serde(default)]
    pub visibility: Visibility,
    /// Whether the newest release can be triggered.
    #[serde(default)]
    pub published: bool,
    /// Counts changes of the draft, from 1.
    pub revision: u64,
    /// Oldest first.
    #[serde(default)]
    pub releases: Vec<Release>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Set when it was deleted: the document stays, since a document is only ever swapped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The newest changes, by their `Idempotency-Key` or an id drawn for them.
    #[serde(default, skip_serializing_if = "KeyUses::is_empty")]
    pub keys: KeyUses,
    /// The agents that may use it: each is noted before its own document says so. One that does not (any more) is
    /// harmless.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<Uuid>,
    /// Counts what was noted of agents, so that a decision over an older `agents` is not written.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub agents_revision: u64,
    /// What the team writes.
    pub draft: Definition,
}

/// The one of these releases, oldest first, that can be triggered.
pub(crate) fn in_use(releases: &[Release], published: bool, deleted: bool) -> Option<&Release> {
    releases.last().filter(|_| published && !deleted)
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// An agent that uses a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// Which.
    pub id: Uuid,
    /// Its name, for people.
    pub name: String,
}

/// What is run: the document `workflow:<id>@<sha256>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// SHA-256 of `json`, in hexadecimal.
    pub hash: String,
    /// The definition, as it is stored.
    pub json: Vec<u8>,
}

/// Why a draft cannot be published: its errors, each with a JSON pointer into the definition.
#[derive(Debug, Clone, PartialEq)]
pub struct NotPublishable(pub Vec<Issue>);

impl Content {
    /// The content of a definition.
    ///
    /// # Errors
    /// Never for a definition that was read from JSON.
    pub fn of(definition: &Definition) -> Result<Self, serde_json::Error> {
        let json = serde_json::to_vec(definition)?;
        Ok(Self { hash: hex::encode(Sha256::digest(&json)), json })
    }
}

impl Workflow {
    /// A workflow that was never changed nor published.
    #[must_use]
    pub fn new(id: Uuid, team: &str, draft: Definition, now: Timestamp) -> Self {
        Self {
            id,
            team: team.to_owned(),
            visibility: Visibility::Private,
            published: false,
            revision: 1,
            releases: Vec::new(),
            created_at: now,
            updated_at: now,
            deleted: false,
            keys: KeyUses::default(),
            agents: Vec::new(),
            agents_revision: 0,
            draft,
        }
    }

    /// Whether a team may read it.
    #[must_use]
    pub fn is_readable_by(&self, team: &str) -> bool {
        self.team == team || self.visibility == Visibility::Public
    }

    /// The newest release, if it can be triggered.
    #[must_use]
    pub fn release(&self) -> Option<&Release> {
        in_use(&self.releases, self.published, self.deleted)
    }

    /// Notes a change of what lists say of it. Hosts' clocks differ: it is later than the one before in any case, which
    /// lists rely on.
    pub fn touch(&mut self, now: Timestamp) {
        self.updated_at = now.max(self.updated_at.plus_millis(1));
    }

    /// Takes it out of use. Sessions that run go on: what they run is not deleted.
    pub fn delete(&mut self, now: Timestamp) {
        self.deleted = true;
        self.agents.clear();
        self.draft = Definition::default();
        self.revision += 1;
        self.touch(now);
    }

    /// What the validation finds in the draft: JSON pointers into the definition.
    #[must_use]
    pub fn issues(&self) -> Vec<Issue> {
        let id = self.id.to_string();
        flow::validate(flow::Definition { id: Some(&id), ..self.draft.parts() })
    }

    /// Publishes the draft: the content to be stored before this document is.
    ///
    /// # Errors
    /// When the draft has errors; nothing is changed then.
    pub fn publish(&mut self, now: Timestamp) -> Result<Content, NotPublishable> {
        let mut issues = self.issues();
        issues.retain(|issue| issue.severity == Severity::Error);
        if !issues.is_empty() {
            return Err(NotPublishable(issues));
        }
        let content = Content::of(&self.draft).map_err(|_| NotPublishable(Vec::new()))?;
        let unchanged = self.releases.last().is_some_and(|last| last.content == content.hash);
        if !(unchanged && self.published) {
            let version = self.releases.last().map_or(1, |last| last.version + 1);
            self.releases.push(Release {
                version,
                content: content.hash.clone(),
                published_at: now,
            });
            let extra = self.releases.len().saturating_sub(RELEASES);
            self.releases.drain(..extra);
            self.published = true;
            self.updated_at = now.max(self.updated_at);
        }
        Ok(content)
    }

    /// Takes it out of use, until it is published again. Whether it was in use.
    pub fn unpublish(&mut self, now: Timestamp) -> bool {
        let was_published = std::mem::replace(&mut self.published, false);
        if was_published {
            self.updated_at = now.max(self.updated_at);
        }
        was_published
    }

    /// A release as the console shows it.
    #[must_use]
    pub fn shown_release(&self, release: &Release) -> Value {
        json!(ReleaseView::of(self, release))
    }

    /// The workflow as the console shows it to a team.
    #[must_use]
    pub fn shown_to(&self, team: &str) -> WorkflowView<'_> {
        WorkflowView::of(self, team)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_shown_as_one_and_stored_as_it_always_was() {
        for (given, shown) in [(15.0, json!(15)), (1.5, json!(1.5)), (1e300, json!(1e300))] {
            let flow = json!({"name": "F", "priority": given, "is_active": true,
                "trigger_keywords": [], "conversation_steps": []});
            let flows = vec![serde_json::from_value(flow).unwrap()];
            let draft = Definition { setup_time: Some(given), flows, ..Definition::default() };
            let content: Value =
                serde_json::from_slice(&Content::of(&draft).unwrap().json).unwrap();
            assert_eq!(content["setup_time"], json!(given));
            assert_eq!(content["flows"][0]["priority"], json!(given));
            let workflow = Workflow::new(Uuid::from_u128(7), "team", draft, Timestamp(0));
            let shown_to = json!(workflow.shown_to("team"));
            for seen in [shown_to, crate::shown_definition(&workflow.draft)] {
                assert_eq!(seen["setup_time"], shown);
                assert_eq!(seen["flows"][0]["priority"], shown);
            }
        }
        let none = Workflow::new(Uuid::from_u128(7), "team", Definition::default(), Timestamp(0));
        assert_eq!(json!(none.shown_to("team"))["setup_time"], Value::Null);
    }

    #[test]
    fn a_workflow_that_calls_itself_is_not_published() {
        let id = Uuid::from_u128(7);
        let graph = |called: Uuid| json!({"entry": "c", "nodes": [{"id": "c", "type": "call", "workflow": called}], "edges": []});
        for (called, codes) in [(id, vec!["calls_itself"]), (Uuid::from_u128(8), vec![])] {
            let draft = Definition { graph: Some(graph(called)), ..Definition::default() };
            let mut workflow = Workflow::new(id, "team", draft, Timestamp(0));
            let errors = workflow.publish(Timestamp(1)).err().map(|NotPublishable(issues)| issues);
            let found: Vec<&str> = errors.iter().flatten().map(|issue| issue.code).collect();
            assert_eq!(found, codes);
        }
    }
}
