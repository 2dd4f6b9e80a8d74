//! Workflows as the console shows them: the contract's fields and ours.

use flow::{Issue, Severity};
use serde::Serialize;
use uuid::Uuid;

use crate::{Definition, Release, Visibility, Workflow};

/// Whether a workflow can be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "WorkflowStatus"))]
pub enum Status {
    /// It cannot: it was never published, or taken out of use.
    Draft,
    /// It can: its newest version is in use.
    Published,
}

/// A workflow.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Workflow"))]
pub struct WorkflowView<'a> {
    /// What its team writes.
    #[serde(flatten)]
    pub definition: &'a Definition,
    /// Which.
    pub id: Uuid,
    /// Who can see it.
    pub visibility: Visibility,
    /// Whether it is the asking team's.
    pub is_owner: bool,
    /// Whether it can be started.
    pub status: Status,
    /// The version in use, from 1.
    pub version: Option<u32>,
    /// Counts changes of the draft, from 1; `expected_revision` of a change.
    pub revision: u64,
    /// When the version in use was published; RFC 3339.
    pub published_at: Option<String>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

/// A published version of a workflow.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "WorkflowVersion"))]
pub struct ReleaseView {
    /// From 1.
    pub version: u32,
    /// RFC 3339.
    pub published_at: String,
    /// Whether it is the one in use.
    pub is_live: bool,
    /// What was published, where one version is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<Definition>,
}

/// What the validation of a draft finds.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Validation"))]
pub struct ValidationView {
    /// Whether nothing stands in the way of publishing it.
    pub valid: bool,
    /// Errors, and warnings, which block nothing. Their places are JSON pointers into the definition.
    pub issues: Vec<Issue>,
}

impl<'a> WorkflowView<'a> {
    /// The workflow as a team sees it.
    #[must_use]
    pub fn of(workflow: &'a Workflow, team: &str) -> Self {
        let release = workflow.release();
        Self {
            definition: &workflow.draft,
            id: workflow.id,
            visibility: workflow.visibility,
            is_owner: workflow.team == team,
            status: if release.is_some() { Status::Published } else { Status::Draft },
            version: release.map(|release| release.version),
            revision: workflow.revision,
            published_at: release.map(|release| release.published_at.to_iso()),
            created_at: workflow.created_at.to_iso(),
            updated_at: workflow.updated_at.to_iso(),
        }
    }
}

impl ReleaseView {
    pub(crate) fn of(workflow: &Workflow, release: &Release) -> Self {
        Self {
            version: release.version,
            published_at: release.published_at.to_iso(),
            is_live: workflow.release().is_some_and(|live| live.version == release.version),
            definition: None,
        }
    }
}

impl ValidationView {
    /// What was found.
    #[must_use]
    pub fn of(issues: Vec<Issue>) -> Self {
        Self { valid: issues.iter().all(|issue| issue.severity != Severity::Error), issues }
    }
}
