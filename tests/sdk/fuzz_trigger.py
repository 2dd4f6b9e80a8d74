"""What schemathesis cannot know of the trigger API: ids of what is there."""

import os

import schemathesis

from backend import Backend
from known import is_left_alone, is_positive, operation_id, put
from server import Team

BACKEND = Backend(Team(os.environ["TEAM"]))
BODY = {"phoneNumberId": BACKEND.account, "startFromNodeId": "node_1"}
# Why a request that fits its schema may be refused with 400 all the same (schemathesis.toml).
RULES = (
    "Workflow not found or not published",
    "phoneNumberId: no such WhatsApp account",
    "startFromNodeId: the published version has no node",
)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Puts what is there in place of what the schema allows."""
    if not is_left_alone(case):
        put(case, path={"workflowId": BACKEND.flow}, body=BODY)


@schemathesis.check
def valid_fields_are_not_refused(context, response, case):
    """The fields themselves are never the reason."""
    if operation_id(case) != "triggerWorkflow" or not is_positive(case):
        return
    if response.status_code == 400:
        assert response.json()["message"].startswith(RULES), response.text
