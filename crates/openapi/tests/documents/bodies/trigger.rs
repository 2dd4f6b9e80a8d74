//! The bodies of the trigger API.

use serde_json::json;
use trigger::WorkflowTrigger;

use super::Body;

pub fn bodies() -> Vec<Body> {
    let whole = json!({
        "phoneNumberId": "100200300400500", "customerPhoneNumberId": "972501234567",
        "startFromNodeId": "remind", "triggerData": {"a": 1},
    });
    let least = json!({"phoneNumberId": "1", "customerPhoneNumberId": "+1 415 555 0123"});
    vec![("TriggerWorkflow", |b| drop(WorkflowTrigger::read(b)), vec![whole, least])]
}
