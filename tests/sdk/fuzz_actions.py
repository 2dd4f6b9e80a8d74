"""What schemathesis cannot know of the actions API: ids of what is there."""

import os

import schemathesis

from backend import RECEIVER, Backend, question
from known import is_left_alone, is_positive, operation_id, put
from server import Team

BACKEND = Backend(Team(os.environ["TEAM"]))
IDS = {
    "flow_id": BACKEND.flow,
    "contact_id": BACKEND.contact,
    "template_id": BACKEND.template,
    "sequence_id": BACKEND.publish(question() | {"name": "Days", "kind": "sequence"}),
    "phone": BACKEND.phone,
}
WEBHOOK = BACKEND.new_webhook()
PLACES = BACKEND.action("get-template", {"template_id": BACKEND.template})["placeholders"]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Puts what is there in place of what the schema allows."""
    operation = operation_id(case)
    if operation == "createWebhook":
        BACKEND.has_room_for_webhooks()
    if is_left_alone(case):
        return
    # What is deleted was made for it.
    webhook = BACKEND.new_webhook() if operation == "deleteWebhook" else WEBHOOK
    put(case, path={"id": webhook}, query=IDS, body=IDS | {"url": RECEIVER})
    if operation == "sendTemplateMessage" and is_positive(case):
        case.body = {**case.body, "variables": {place: "Jane" for place in PLACES}}


# Where a request that fits its schema may be refused with 422 all the same (schemathesis.toml).
RULED = {"sendTextMessage", "sendTemplateMessage"}
# And where that is because there would be too many.
BOUNDED = {"addTag": "tag", "createContact": "tags"}


@schemathesis.check
def valid_fields_are_not_refused(context, response, case):
    """The fields themselves are never the reason."""
    if not is_positive(case) or response.status_code != 422:
        return
    said, operation = response.json(), operation_id(case)
    if operation in RULED:
        assert "errors" not in said, f"valid fields are refused: {response.text}"
    if operation == "createWebhook":
        # Which addresses are called is up to the operator.
        assert set(said["errors"]) == {"url"}, f"valid fields are refused: {response.text}"
    if operation in BOUNDED:
        texts = said["errors"].pop(BOUNDED[operation], [])
        assert not said["errors"], f"valid fields are refused: {response.text}"
        assert all("a contact may have" in text for text in texts), response.text
