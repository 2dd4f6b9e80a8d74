//! Workflows as the console shows them: the contract's fields and ours.

use flow::{Issue, Severity};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Definition, Release, Visibility, Workflow};

/// Up to here every whole number is exact as a float.
const EXACT: f64 = 9_007_199_254_740_992.0;

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
    #[serde(flatten, serialize_with = "serialize_definition")]
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

/// A definition as it is shown: whole numbers are whole, as they were sent. What is stored has them as floats, and what was
/// published is known by the hash of that.
#[must_use]
pub fn shown_definition(definition: &Definition) -> Value {
    let mut shown = json!(definition);
    shown.get_mut("setup_time").into_iter().for_each(show_whole);
    let flows = shown.get_mut("flows").and_then(Value::as_array_mut);
    let priorities = flows.into_iter().flatten().filter_map(|flow| flow.get_mut("priority"));
    priorities.for_each(show_whole);
    shown
}

fn show_whole(number: &mut Value) {
    let is_whole = |float: &f64| float.fract() == 0.0 && float.abs() <= EXACT;
    if let Some(float) = number.as_f64().filter(is_whole) {
        *number = Value::from(float as i64);
    }
}

fn serialize_definition<S: Serializer>(
    definition: &&Definition,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    shown_definition(definition).serialize(serializer)
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
