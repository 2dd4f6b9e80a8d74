//! What clients poll for, and what forms let people choose from.

use ::polling::{MAX_CHOICES, MESSAGE_TYPES, MessageView, OfFlow, OfSequence, SHOWN, SessionView};
use serde_json::{Value, json};

use super::{EXAMPLE_ID, reading};
use crate::schemas::Schemas;
use crate::{Operation, Parameter};

fn trigger(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    reading("triggers", path, id, summary)
}

fn dropdown(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    reading("dropdowns", path, id, summary)
}

pub(super) fn operations() -> Vec<Operation> {
    let mut types = MESSAGE_TYPES.to_vec();
    types.push("");
    let kind = json!({"type": "string", "enum": types});
    let template = json!({"type": "string", "format": "uuid", "examples": [EXAMPLE_ID]});
    vec![
        trigger("/triggers/new-flow-triggered", "listFlowSessions", "List sessions of flows")
            .parameter(Parameter::query("flow_id", "Only those of this flow.", id_or_empty()))
            .answers_list("The newest, newest first.", "FlowSession", Some(SHOWN)),
        trigger(
            "/triggers/new-message-received",
            "listReceivedMessages",
            "List messages of contacts",
        )
        .about("Of a team that asks for the first time, what comes from then on.")
        .parameter(Parameter::query("message_type", "Only those of this type.", kind))
        .answers_list("The newest, newest first.", "ReceivedMessage", Some(SHOWN)),
        trigger(
            "/triggers/new-sequence-triggered",
            "listSequenceSessions",
            "List runs of sequences",
        )
        .parameter(Parameter::query("sequence_id", "Only those of this sequence.", id_or_empty()))
        .answers_list("The newest, newest first.", "SequenceSession", Some(SHOWN)),
        trigger("/triggers/new-campaign-sent", "listCampaigns", "List campaigns")
            .about("There are none here: sequences send them.")
            .answers_with(200, "Nothing.", nothing()),
        dropdown("/dropdowns/flows", "chooseFlow", "Flows that can be triggered").answers_list(
            "Those that are published, by name.",
            "Choice",
            Some(MAX_CHOICES),
        ),
        dropdown("/dropdowns/sequences", "chooseSequence", "Sequences that can be triggered")
            .answers_list("Those that are published, by name.", "Choice", Some(MAX_CHOICES)),
        dropdown("/dropdowns/templates", "chooseTemplate", "Templates that can be sent")
            .errors(&[422])
            .answers_list("Those that are approved in a language, by name.", "Choice", None),
        dropdown("/dropdowns/template-variables", "chooseTemplateVariable", "Places of a template")
            .parameter(Parameter::query("template_id", "Which template.", template).required())
            .errors(&[404])
            .answers_list("The keys of `variables`.", "Choice", None),
    ]
}

/// What filters may be: forms send what was not filled in as an empty text.
fn id_or_empty() -> Value {
    json!({"anyOf": [{"type": "string", "format": "uuid"}, {"const": ""}]})
}

fn nothing() -> Value {
    json!({"application/json": {"schema": {"type": "array", "maxItems": 0}}})
}

pub(super) fn schemas(schemas: &mut Schemas) {
    schemas.shown::<SessionView<OfFlow>>();
    schemas.shown::<SessionView<OfSequence>>();
    schemas.shown::<MessageView>();
    schemas.add(
        "Choice",
        json!({
            "type": "object",
            "properties": {
                "id": {"type": "string", "description": "What requests name it by."},
                "label": {"type": "string", "description": "What people call it."},
            },
            "required": ["id", "label"],
            "additionalProperties": false,
        }),
    );
}
