"""What schemathesis cannot know of the trigger API: ids of what is there."""

import os
from urllib.parse import quote

import schemathesis

from backend import RECEIVER, Backend
from known import is_left_alone, is_positive, operation_id, put
from server import Team

BACKEND = Backend(Team(os.environ["TEAM"]))
CUSTOMER = BACKEND.phone.removeprefix("+")
CONVERSATION = f"{BACKEND.account}#{CUSTOMER}"
TAG = {"id": "vip", "title": "VIP", "color": "red", "associatedTo": "all"}
CREDENTIALS = {"x-api-key": BACKEND.key, "Cookie": f"accessToken={BACKEND.token()}"}
BACKEND.done("POST", "/conversation/tags", headers=CREDENTIALS, json=TAG)
# schemathesis puts the parts of a path where they belong as they are.
PATH = {"workflowId": BACKEND.flow, "id": quote(CONVERSATION, safe="")}
BODY = {
    "startFromNodeId": "node_1",
    "participantsIdentifiers": CONVERSATION,
    "tagIds": [TAG["id"]],
    "agentIds": ["dana"],
    "sender": BACKEND.account,
    "receiver": CUSTOMER,
    "targetPhoneNumberId": CUSTOMER,
    "url": RECEIVER,
}
# Where a request that fits its schema may be refused with 400 all the same (schemathesis.toml), and for what.
RULES = {
    "triggerWorkflow": (
        "Workflow not found or not published",
        "phoneNumberId: no such WhatsApp account",
        "startFromNodeId: the published version has no node",
    ),
    "sendMessage": (
        "sender: no such WhatsApp account",
        "participantsIdentifiers: must be <sender>#<receiver>",
    ),
    # Which addresses are called is up to the operator.
    "createWebhook": ("url: ",),
}


@schemathesis.hook
def before_call(context, case, kwargs):
    """Puts what is there in place of what the schema allows."""
    operation = operation_id(case)
    if operation == "createWebhook":
        BACKEND.has_room_for_webhooks()
    if is_left_alone(case):
        return
    # Of a customer, that is the phone.
    account = {} if operation == "putCustomer" else {"phoneNumberId": BACKEND.account}
    put(case, path=PATH, body=BODY | account)


@schemathesis.check
def valid_fields_are_not_refused(context, response, case):
    """The fields themselves are never the reason."""
    rules = RULES.get(operation_id(case))
    if rules is None or not is_positive(case):
        return
    if response.status_code == 400:
        assert response.json()["message"].startswith(rules), response.text
