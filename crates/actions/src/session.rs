//! Sessions: what starts one, and what is answered.

use contacts::ContactRef;
use fields::Object;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;
use workflows::read_context;

/// What `trigger-flow` is sent.
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
    /// Reads it; `id` is the field that names what is to be started, such as `flow_id`. `None`: there was an error.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>, id: &str) -> Option<Self> {
        let workflow = fields.required_uuid(id);
        let contact = ContactRef::read(fields);
        let context = read_context(fields, "context");
        Some(Self { workflow: workflow?, contact: contact?, context })
    }
}

/// Reads the flow that `get-flow` is asked for. `None`: there was an error.
#[must_use]
pub fn read_flow_id(fields: &Object<'_, '_>) -> Option<Uuid> {
    fields.required_uuid("flow_id")
}

/// What `trigger-flow` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Started"))]
pub struct StartedView {
    /// The session.
    pub id: Uuid,
    /// `started`; `already_running`: there is one of this flow with this contact, and nothing was started.
    pub status: &'static str,
    /// What it runs.
    pub flow_id: Uuid,
    /// The flow's name, as it was published.
    pub flow_name: String,
    /// With whom.
    pub contact_id: Uuid,
}
