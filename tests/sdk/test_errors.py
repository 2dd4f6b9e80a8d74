"""The SDK's typed errors, with what they carry."""

import time
import uuid

import httpx
import pytest
from bimpeai import (
    AuthenticationError,
    BimpeAI,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ValidationError,
)

from server import BASE_URL


def test_400_names_every_field_that_is_wrong(client):
    with pytest.raises(ValidationError) as refused:
        client.workflows.create(
            name="", tags=[1], setup_time=0, flows=[{"name": "Flow", "priority": 11}]
        )
    error = refused.value
    assert (error.status, error.code) == (400, "validation_error")
    paths = [field["path"] for field in error.field_errors]
    expected = {"name", "system_prompt", "tags.0", "setup_time", "flows.0.priority"}
    assert set(paths) == expected and len(paths) == len(expected), paths
    assert all(field["message"] for field in error.field_errors)


def test_400_for_a_body_that_is_no_json(team):
    headers = {"Authorization": f"Bearer {team.key()}", "Content-Type": "application/json"}
    answer = httpx.post(f"{BASE_URL}/api/v1/console/workflows", content="{", headers=headers)
    body = answer.json()
    assert (answer.status_code, body["statusCode"], body["error"]) == (400, 400, "Bad Request")


def refused_key(api_key, http_client=None):
    """What the SDK raises for a key."""
    client = BimpeAI(api_key=api_key, base_url=BASE_URL, http_client=http_client)
    with pytest.raises(AuthenticationError) as refused:
        client.workflows.list()
    assert refused.value.status == 401
    return refused.value.code


def test_401_for_a_key_that_is_missing_unknown_or_expired(team):
    def without_key(request):
        del request.headers["Authorization"]

    with httpx.Client(event_hooks={"request": [without_key]}) as http:
        assert refused_key("sk_", http) == "api_key_missing"
    assert refused_key("sk_unknown") == "api_key_invalid"
    assert refused_key(team.key(expires_at="2020-01-31T00:00:00Z")) == "api_key_expired"


def test_a_key_may_stand_in_a_header_of_its_own(team):
    headers = {"X-Api-Key": team.key()}
    assert httpx.get(f"{BASE_URL}/api/v1/console/workflows", headers=headers).status_code == 200


def test_403_names_the_scope_that_is_missing(team):
    with team.client(scopes=["workflows:read", "conversations:read"]) as client:
        client.workflows.list()
        for scope, call in {
            "workflows:write": lambda: client.workflows.create(name="a", system_prompt="b"),
            "agents:read": lambda: client.agents.list(),
            "agents:write": lambda: client.agents.delete(str(uuid.uuid4())),
            "conversations:write": lambda: client.conversations.send("a", message="Hi"),
        }.items():
            with pytest.raises(PermissionDeniedError) as refused:
                call()
            assert (refused.value.status, refused.value.code) == (403, "insufficient_scope")
            assert scope in str(refused.value)


def test_404_for_what_is_not_there_and_for_what_is_no_id(client):
    for id in (str(uuid.uuid4()), "cm" + "x" * 23, "..%2F"):
        for call in (client.workflows.retrieve, client.agents.retrieve):
            with pytest.raises(NotFoundError) as refused:
                call(id)
            assert (refused.value.status, refused.value.code) == (404, "not_found")


def test_429_says_when_to_come_again(team):
    limits = []

    def note(response):
        limits.append({n: v for n, v in response.headers.items() if n.startswith("x-ratelimit")})

    with httpx.Client(event_hooks={"response": [note]}) as http:
        client = team.client(http_client=http, max_retries=0, rate_limit=3)
        with pytest.raises(RateLimitError) as refused:
            # More than three, since a minute may end among them.
            for _ in range(7):
                client.workflows.list()
    error = refused.value
    assert error.status == 429 and error.code in ("rate_limited", "too_many_requests")
    assert (error.limit, error.remaining) == (3, 0)
    assert 1 <= error.retry_after <= 60 and 0 <= error.reset_at - time.time() <= 61
    assert [limit["x-ratelimit-remaining"] for limit in limits[-4:]] == ["2", "1", "0", "0"]


def test_an_error_carries_the_id_of_its_request(client):
    with pytest.raises(NotFoundError) as refused:
        client.workflows.clone(
            source_workflow_id=str(uuid.uuid4()), headers={"X-Request-Id": "from the client"}
        )
    assert refused.value.request_id == "from the client"
    with pytest.raises(NotFoundError) as refused:
        client.workflows.retrieve(str(uuid.uuid4()))
    assert uuid.UUID(refused.value.body["request_id"])
