"""Phone calls: every call of the SDK."""

import pytest
from bimpeai import APIError, NotFoundError


def test_a_test_call_is_made_listed_and_shown(client, agent):
    made = client.calls.make(agent.id, {"destination": "+14155550142", "is_test_call": True})
    assert made.status == "initiated" and made.detail is None
    listed = client.calls.list(agent.id, is_test_call=True)
    assert made.call_id in [call.id for call in listed.data]
    shown = client.calls.retrieve(agent.id, made.call_id)
    assert (shown.destination, shown.direction) == ("+14155550142", "outbound")
    assert shown.is_test_call and shown.answered_at
    assert all(said.role in ("user", "assistant") for said in shown.conversation_logs)


def test_a_live_call_needs_a_number_and_an_unknown_one_is_not_found(client, agent):
    with pytest.raises(APIError) as refused:
        client.calls.make(agent.id, {"destination": "+14155550142", "is_test_call": False})
    assert (refused.value.status, refused.value.code) == (400, "channel_not_configured")
    with pytest.raises(NotFoundError):
        client.calls.retrieve(agent.id, "c")
