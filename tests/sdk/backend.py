"""A team's backend, as it uses the actions and the trigger API: its account, flow, contact and templates."""

import hashlib
import hmac
import itertools
import json
import time
import uuid

import httpx
from server import BASE_URL, Team, ops

FLOW_NAME = "Abandoned cart 30min"
PHONES = itertools.count(1)
SECRET = "the-secret-of-the-app"
RECEIVER = "https://receiver.invalid/"


class Backend:
    """A team with a WhatsApp account, a published flow, and a contact who has just written."""

    def __init__(self, team=None):
        self.team = team or Team.new()
        self.key = self.team.key()
        self.http = httpx.Client(base_url=BASE_URL, timeout=30)
        self.flow = self.publish(question())
        self.plain = self.create({"name": "Rules only", "system_prompt": "You help."})
        self.account = str(10**14 + uuid.uuid4().int % 10**13)
        self.has_an_account()
        self.phone = f"+1415556{next(PHONES):04}"
        self.contact = self.action("create-contact", {"phone": self.phone, "name": "Jane"})["id"]
        self.poll("new-message-received")
        self.receive("Hello")
        self.template = self.action("list-templates", {})[0]["id"]
        self.started = self.action("trigger-flow", {"flow_id": self.flow, "phone": self.phone})["id"]

    def request(self, method, path, **more):
        headers = {"Authorization": f"Bearer {self.key}"} | more.pop("headers", {})
        return self.http.request(method, path, headers=headers, **more)

    def done(self, method, path, **more):
        answer = self.request(method, path, **more)
        assert answer.is_success, answer.text
        return answer.json()

    def action(self, name, body):
        return self.done("POST", f"/api/v1/actions/{name}", json=body)

    def poll(self, name):
        return self.done("GET", f"/api/v1/triggers/{name}")

    def create(self, workflow):
        return self.done("POST", "/api/v1/console/workflows", json=workflow)["data"]["id"]

    def publish(self, workflow):
        made = self.create(workflow)
        self.done("POST", f"/api/v1/console/workflows/{made}/publish")
        return made

    def has_an_account(self):
        names = ("access_token", "verify_token")
        credentials = {name: f"the-{name}" for name in names} | {"app_secret": SECRET}
        account = {"team": self.team.name, "type": "whatsapp", "account": self.account}
        account |= {"credentials": credentials, "business_account_id": "100200300400600"}
        ops("POST", "/ops/channels", account)

    def receive(self, text):
        """What WhatsApp posts when the contact writes."""
        sender = self.phone.removeprefix("+")
        message = {"from": sender, "id": f"wamid.{uuid.uuid4().hex}", "timestamp": str(int(time.time()))}
        message |= {"type": "text", "text": {"body": text}}
        value = {"messaging_product": "whatsapp", "messages": [message]}
        value["metadata"] = {"display_phone_number": "15550100", "phone_number_id": self.account}
        value["contacts"] = [{"profile": {"name": "Jane"}, "wa_id": sender}]
        entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={signature}"}
        path = f"/channels/whatsapp/{self.account}/webhook"
        assert self.http.post(path, content=body, headers=headers).status_code == 200

    def new_webhook(self):
        """One at an address that the operator has not allowed: nobody is called."""
        self.has_room_for_webhooks()
        return self.done("POST", "/api/v1/webhooks", json={"url": RECEIVER})["id"]

    def has_room_for_webhooks(self):
        """Leaves the oldest five."""
        for webhook in self.done("GET", "/api/v1/webhooks")[5:]:
            self.done("DELETE", f"/api/v1/webhooks/{webhook['id']}")

    def token(self):
        return self.token_for(self.key)

    @staticmethod
    def token_for(key):
        """An access token for a key of the same team."""
        answer = httpx.post(f"{BASE_URL}/auth/token", headers={"x-api-key": key})
        return answer.json()["accessToken"]

    def names(self):
        """What placeholders stand for."""
        return {
            "flow": self.flow,
            "contact": self.contact,
            "phone": self.phone,
            "digits": self.phone.removeprefix("+"),
            "template": self.template,
            "account": self.account,
            "session": self.started,
            "team": self.team.name,
            "plain": self.plain,
            "nobody": "0197aef0-0000-7000-8000-000000000000",
        }


def question():
    """Asks by a template and waits, so that its session runs."""
    ask = {"id": "node_1", "type": "ask", "text": "Finish your order of {{context.cart_total}}?"}
    ask["template"] = {"name": "cart", "language": "en", "variables": ["{{context.cart_total}}"]}
    end = {"id": "node_2", "type": "end", "outcome": "answered"}
    edges = [{"from": "node_1", "to": "node_2"}]
    graph = {"entry": "node_1", "nodes": [ask, end], "edges": edges}
    return {"name": FLOW_NAME, "system_prompt": "You help.", "graph": graph}
