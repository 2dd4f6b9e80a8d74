//! Calls; and phone numbers, which are not built.

use ::console::{CallView, NewCall};
use fields::describe;
use serde_json::{Value, json};

use super::{envelope, flag, page};
use crate::Parameter;
use crate::schemas::{Schemas, reference};

use crate::operation::Method::{Get, Patch, Post};
use crate::operation::{Method, Operation};

/// How far a call came (contract/console-bimpe.md, section 6).
const STATUSES: [&str; 7] =
    ["queued", "ringing", "answered", "ended", "busy", "failed", "cancelled"];

fn unbuilt(
    tag: &'static str,
    scope: &'static str,
    (method, path): (Method, &'static str),
    id: &'static str,
    summary: &'static str,
) -> Operation {
    Operation::new(tag, method, path, id, summary).scope(scope).not_implemented()
}

pub(super) fn operations() -> Vec<Operation> {
    let (calls, call) = ("/agents/{agentId}/calls", "/agents/{agentId}/calls/{callId}");
    let (numbers, number) = ("/phone-numbers", "/phone-numbers/{phoneNumberId}");
    let request = "/phone-numbers/request";
    let (read, write) = ("conversations:read", "conversations:write");
    vec![
        Operation::new("calls", Get, calls, "listCalls", "List calls")
            .scope(read)
            .page(&["created_at", "created_on"])
            .parameter(flag("is_test_call", "Whether nobody was called."))
            .parameter(Parameter::query("status", "How far they came.", json!({"enum": STATUSES})))
            .answers(200, "A page of calls.", "CallPage"),
        Operation::new("calls", Post, calls, "makeCall", "Call somebody")
            .about("Who answers talks to what answers the agent's calls. A test call is answered at once, by nobody: its words are in a test conversation.")
            .scope(write)
            .body("MakeCall", json!({"destination": "+14155550123", "is_test_call": true}))
            .answers(201, "Whether the call was placed.", "MadeCallEnvelope"),
        Operation::new("calls", Get, call, "getCall", "Get a call")
            .scope(read)
            .answers(200, "The call, with what was said in it.", "CallDetailEnvelope"),
        unbuilt(
            "phone-numbers",
            "agents:read",
            (Get, numbers),
            "listPhoneNumbers",
            "List phone numbers",
        ),
        unbuilt(
            "phone-numbers",
            "agents:read",
            (Get, number),
            "getPhoneNumber",
            "Get a phone number",
        ),
        unbuilt(
            "phone-numbers",
            "agents:write",
            (Patch, number),
            "updatePhoneNumber",
            "Change a phone number",
        ),
        unbuilt(
            "phone-numbers",
            "agents:read",
            (Get, request),
            "getPhoneNumberRequests",
            "List requests for phone numbers",
        ),
        unbuilt(
            "phone-numbers",
            "agents:write",
            (Post, request),
            "requestPhoneNumber",
            "Ask for a phone number",
        ),
    ]
}

pub(super) fn schemas(schemas: &mut Schemas) {
    schemas.shown::<CallView>();
    page(schemas, "CallPage", reference("Call"));
    schemas.derived("CallDetail", "Call", |schema| {
        schema["description"] = "A call, with what was said in it.".into();
        let fields = schema["properties"].as_object().into_iter().flatten();
        schema["required"] = fields.map(|(name, _)| name.clone()).collect();
    });
    envelope(schemas, "CallDetailEnvelope", reference("CallDetail"));
    envelope(schemas, "MadeCallEnvelope", made());
    schemas.add("MakeCall", describe(|body| drop(NewCall::read(body))));
}

fn made() -> Value {
    json!({
        "type": "object",
        "properties": {
            "status": {"enum": ["initiated", "busy", "failed"]},
            "call_id": {"type": "string", "format": "uuid", "description": "Absent while another call with the number is under way: `busy`."},
            "detail": {"type": "string", "description": "Why it was not placed."},
        },
        "required": ["status"],
        "additionalProperties": false,
    })
}
