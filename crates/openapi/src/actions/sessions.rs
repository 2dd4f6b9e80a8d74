//! Who asks, and what is started: flows and sequences.

use ::actions::{NewSession, StartedView, read_flow_id};
use ::workflows::FlowView;
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
            .answers(201, "It is started.", "Started")
            .answers(200, "It runs already.", "Started"),
        action("flows", "/actions/get-flow", "getFlow", "Get a flow")
            .body("GetFlow", json!({"flow_id": EXAMPLE_ID}))
            .errors(&[404])
            .answers(200, "The flow.", "Flow"),
        action("sequences", "/actions/get-sequence", "getSequence", "Get a sequence")
            .about("There are none yet.")
            .body("GetSequence", json!({"sequence_id": EXAMPLE_ID}))
            .errors(&[404]),
    ]
}

pub(super) fn schemas(schemas: &mut Schemas) {
    schemas.shown::<Me>();
    schemas.shown::<StartedView>();
    schemas.shown::<FlowView>();
    schemas.body("TriggerFlow", |body| NewSession::read(body, "flow_id"));
    schemas.body("GetFlow", read_flow_id);
    schemas.body("GetSequence", |body| body.required_uuid("sequence_id"));
}
