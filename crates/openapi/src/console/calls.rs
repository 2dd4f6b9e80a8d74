//! Calls and phone numbers, which are not built.

use crate::operation::Method::{Get, Patch, Post};
use crate::operation::{Method, Operation};

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
        unbuilt("calls", read, (Get, calls), "listCalls", "List calls"),
        unbuilt("calls", write, (Post, calls), "makeCall", "Call somebody"),
        unbuilt("calls", read, (Get, call), "getCall", "Get a call"),
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
