//! Sessions: what starts one, and what is answered.

use contacts::ContactRef;
use fields::Object;
use flow::Kind;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;
use workflows::read_context;

/// What `trigger-flow` and `trigger-sequence` are sent.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSession {
    /// What is to be started.
    pub workflow: Uuid,
    /// For whom.
    pub contact: ContactRef,
    /// What templates read as `context`.
    pub context: Map<String, Value>,
}

impl NewSession {
    /// Reads it. `None`: there was an error.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>, kind: Kind) -> Option<Self> {
        let workflow = read_workflow_id(fields, kind);
        let contact = ContactRef::read(fields);
        let context = read_context(fields, "context");
        Some(Self { workflow: workflow?, contact: contact?, context })
    }
}

/// Reads `flow_id` or `sequence_id`, which must be there. `None`: there was an error.
#[must_use]
pub fn read_workflow_id(fields: &Object<'_, '_>, kind: Kind) -> Option<Uuid> {
    fields.required_uuid(match kind {
        Kind::Flow => "flow_id",
        Kind::Sequence => "sequence_id",
    })
}

/// What `trigger-flow` and `trigger-sequence` answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Started{R}"))]
pub struct StartedView<R> {
    /// The session.
    pub id: Uuid,
    /// `started`; `already_running`: there is one of this workflow with this contact, and nothing was started.
    pub status: &'static str,
    /// What it runs, as it was published.
    #[serde(flatten)]
    pub of: R,
    /// With whom.
    pub contact_id: Uuid,
}
