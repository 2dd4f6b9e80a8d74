//! What gives access, and what starts a workflow.

use ::trigger::{AccessTokenView, TriggeredView, WorkflowTrigger};
use fields::describe;
use serde_json::json;

use super::SCOPE;
use crate::Operation;
use crate::operation::Method::Post;
use crate::schemas::Schemas;

/// What seed 000 says of the fields of a trigger.
const ABOUT: &[(&str, &str)] = &[
    ("phoneNumberId", "Business phone number identifier."),
    ("customerPhoneNumberId", "Customer phone number identifier."),
    ("startFromNodeId", "Optional workflow node identifier to start execution from."),
    ("triggerData", "Optional JSON object passed to the workflow when it is triggered."),
];

pub(super) fn operations() -> Vec<Operation> {
    let path = "/workflows/{workflowId}/trigger";
    let trigger = json!({
        "phoneNumberId": "100200300400500", "customerPhoneNumberId": "972501234567",
        "triggerData": {"order": "10234"},
    });
    vec![
        Operation::new("auth", Post, "/auth/token", "createAccessToken", "Get an access token")
            .scope(SCOPE)
            .asks_by(json!([{"ApiKeyAuth": []}, {"Bearer": []}]))
            .without_idempotency()
            .answers(200, "The token.", "AccessToken"),
        Operation::new("workflows", Post, path, "triggerWorkflow", "Trigger Workflow")
            .about("Manually trigger a bot workflow for a conversation.")
            .scope(SCOPE)
            .unknown_is_invalid()
            .body("TriggerWorkflow", trigger)
            .about_body("Conversation, optional node to start the workflow from, and optional JSON payload for the trigger.")
            .answers(200, "Workflow triggered successfully", "Triggered"),
    ]
}

pub(super) fn schemas(schemas: &mut Schemas) {
    schemas.shown::<AccessTokenView>();
    schemas.shown::<TriggeredView>();
    let mut trigger = describe(|body| drop(WorkflowTrigger::read(body)));
    for (field, about) in ABOUT {
        trigger["properties"][field]["description"] = (*about).into();
    }
    trigger["properties"]["triggerData"]["additionalProperties"] = true.into();
    schemas.add("TriggerWorkflow", trigger);
}
