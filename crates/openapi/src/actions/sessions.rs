//! Who asks, and what is started: flows and sequences.

use ::actions::{NewSession, StartedView, read_workflow_id};
use ::polling::{OfFlow, OfSequence};
use ::workflows::FlowView;
use flow::Kind;
use serde_json::json;
use teams::Me;

use super::{EXAMPLE_ID, action, reading};
use crate::Operation;
use crate::schemas::Schemas;

pub(super) fn operations() -> Vec<Operation> {
    let trigger = json!({
        "flow_id": EXAMPLE_ID, "phone": "+14155550123",
        "context": {"cart_id": "987654321", "cart_total": "129.00"},
    });
    vec![
        reading("account", "/me", "getMe", "Who the key stands for")
            .answers(200, "The key, and its team as the tenant.", "Me"),
        action("flows", "/actions/trigger-flow", "triggerFlow", "Start a flow for a contact")
            .about("A phone creates its contact, who counts as opted in. Where a session of the flow runs with the contact, none is started.")
            .body("TriggerFlow", trigger)
            .errors(&[404])
            .answers(201, "It is started.", "StartedFlow")
            .answers(200, "It runs already.", "StartedFlow"),
        action("flows", "/actions/get-flow", "getFlow", "Get a flow")
            .body("GetFlow", json!({"flow_id": EXAMPLE_ID}))
            .errors(&[404])
            .answers(200, "The flow.", "Flow"),
        action("sequences", "/actions/trigger-sequence", "triggerSequence", "Start a sequence for a contact")
            .about("As for a flow. While a flow runs with the contact, its steps wait.")
            .body("TriggerSequence", json!({"sequence_id": EXAMPLE_ID, "phone": "+14155550123"}))
            .errors(&[404])
            .answers(201, "It is started.", "StartedSequence")
            .answers(200, "It runs already.", "StartedSequence"),
        action("sequences", "/actions/get-sequence", "getSequence", "Get a sequence")
            .body("GetSequence", json!({"sequence_id": EXAMPLE_ID}))
            .errors(&[404])
            .answers(200, "The sequence.", "Flow"),
    ]
}

pub(super) fn schemas(schemas: &mut Schemas) {
    schemas.shown::<Me>();
    schemas.shown::<StartedView<OfFlow>>();
    schemas.shown::<StartedView<OfSequence>>();
    schemas.shown::<FlowView>();
    schemas.body("TriggerFlow", |body| NewSession::read(body, Kind::Flow));
    schemas.body("TriggerSequence", |body| NewSession::read(body, Kind::Sequence));
    schemas.body("GetFlow", |body| read_workflow_id(body, Kind::Flow));
    schemas.body("GetSequence", |body| read_workflow_id(body, Kind::Sequence));
}
