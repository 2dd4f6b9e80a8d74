"""What schemathesis cannot know of the actions and the trigger API: ids of what is there, and what a request that fits its
schema may be refused for all the same (schemathesis.toml). Which of the two it is, fuzz.py says."""

import os
from urllib.parse import quote

import schemathesis

from backend import RECEIVER, Backend, question
from known import is_left_alone, is_positive, operation_id, put
from server import Team

BACKEND = Backend(Team(os.environ["TEAM"]))


class Actions:
    # Where a request may be refused with 422.
    RULED = {"sendTextMessage", "sendTemplateMessage"}
    # And where that is because there would be too many.
    BOUNDED = {"addTag": "tag", "createContact": "tags"}

    def __init__(self):
        self.ids = {
            "flow_id": BACKEND.flow,
            "contact_id": BACKEND.contact,
            "template_id": BACKEND.template,
            "sequence_id": BACKEND.publish(question() | {"name": "Days", "kind": "sequence"}),
            "phone": BACKEND.phone,
        }
        self.webhook = BACKEND.new_webhook()
        template = BACKEND.action("get-template", {"template_id": BACKEND.template})
        self.variables = {place: "Jane" for place in template["placeholders"]}

    def put(self, case, operation):
        # What is deleted was made for it.
        webhook = BACKEND.new_webhook() if operation == "deleteWebhook" else self.webhook
        put(case, path={"id": webhook}, query=self.ids, body=self.ids | {"url": RECEIVER})
        if operation == "sendTemplateMessage" and is_positive(case):
            case.body = {**case.body, "variables": self.variables}

    def check(self, response, operation):
        if response.status_code != 422:
            return
        said = response.json()
        if operation in self.RULED:
            assert "errors" not in said, f"valid fields are refused: {response.text}"
        if operation == "createWebhook":
            # Which addresses are called is up to the operator.
            assert set(said["errors"]) == {"url"}, f"valid fields are refused: {response.text}"
        if operation in self.BOUNDED:
            texts = said["errors"].pop(self.BOUNDED[operation], [])
            assert not said["errors"], f"valid fields are refused: {response.text}"
            assert all("a contact may have" in text for text in texts), response.text


class Trigger:
    # Where a request may be refused with 400, and for what.
    RULES = {
        "triggerWorkflow": (
            "Workflow not found or not published",
            "phoneNumberId: no such WhatsApp account",
            "startFromNodeId: the published version has no node",
        ),
        "sendMessage": (
            "sender: no such WhatsApp account",
            "receiver: must be a phone number",
            "participantsIdentifiers: must be <sender>#<receiver>",
        ),
        # Which addresses are called is up to the operator.
        "createWebhook": ("url: ",),
    }

    def __init__(self):
        customer = BACKEND.phone.removeprefix("+")
        conversation = f"{BACKEND.account}#{customer}"
        tag = {"id": "vip", "title": "VIP", "color": "red", "associatedTo": "all"}
        credentials = {"x-api-key": BACKEND.key, "Cookie": f"accessToken={BACKEND.token()}"}
        BACKEND.done("POST", "/conversation/tags", headers=credentials, json=tag)
        # schemathesis puts the parts of a path where they belong as they are.
        self.path = {"workflowId": BACKEND.flow, "id": quote(conversation, safe="")}
        self.body = {
            "startFromNodeId": "node_1",
            "participantsIdentifiers": conversation,
            "tagIds": [tag["id"]],
            "agentIds": ["dana"],
            "sender": BACKEND.account,
            "receiver": customer,
            "targetPhoneNumberId": customer,
            "url": RECEIVER,
        }

    def put(self, case, operation):
        # Of a customer, that is the phone.
        account = {} if operation == "putCustomer" else {"phoneNumberId": BACKEND.account}
        put(case, path=self.path, body=self.body | account)

    def check(self, response, operation):
        rules = self.RULES.get(operation)
        if rules and response.status_code == 400:
            assert response.json()["message"].startswith(rules), response.text


SURFACE = {"actions": Actions, "trigger": Trigger}[os.environ["SURFACE"]]()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Puts what is there in place of what the schema allows."""
    operation = operation_id(case)
    if operation == "createWebhook":
        BACKEND.has_room_for_webhooks()
    if not is_left_alone(case):
        SURFACE.put(case, operation)


@schemathesis.check
def valid_fields_are_not_refused(context, response, case):
    """The fields themselves are never the reason."""
    if is_positive(case):
        SURFACE.check(response, operation_id(case))
