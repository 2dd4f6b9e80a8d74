"""The server under test, and what its operator does there: teams, keys, public workflows."""

import os
import uuid
from dataclasses import dataclass

import httpx
from bimpeai import AsyncBimpeAI, BimpeAI

BASE_URL = os.environ["BASE_URL"].rstrip("/")
ADMIN_KEY = os.environ["ADMIN_KEY"]
OPERATOR = httpx.Client(
    base_url=BASE_URL, headers={"Authorization": f"Bearer {ADMIN_KEY}"}, timeout=30
)


def ops(method, path, body=None):
    """A request of the operator, which must succeed."""
    answer = OPERATOR.request(method, path, json=body)
    assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json()


def make_public(workflow_id):
    """Shows a workflow to all teams."""
    ops("PATCH", f"/ops/workflows/{workflow_id}", {"visibility": "public"})


@dataclass(frozen=True)
class Team:
    """A team that nobody else has."""

    name: str

    @classmethod
    def new(cls):
        return cls("sdk-" + uuid.uuid4().hex[:12])

    def key(self, **restrictions):
        """A key of its own: for everything, but for `scopes`, `rate_limit` (a minute) and `expires_at`."""
        return ops("POST", "/ops/keys", {"team": self.name, "name": "sdk", **restrictions})["key"]

    def has_a_site(self, agent_id):
        """Web chat on a site, which an agent answers."""
        account = {"type": "webchat", "account": self.name, "agent_id": agent_id}
        account["allowed_origins"] = ["https://example.com"]
        return ops("POST", "/ops/channels", {"team": self.name, **account})

    def client(self, http_client=None, max_retries=2, **restrictions):
        """The vendor's client, with a key of its own."""
        key = self.key(**restrictions)
        return BimpeAI(
            api_key=key, base_url=BASE_URL, http_client=http_client, max_retries=max_retries
        )

    def async_client(self):
        """The vendor's client for asyncio."""
        return AsyncBimpeAI(api_key=self.key(), base_url=BASE_URL)
