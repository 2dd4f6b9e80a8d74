"""What is not built yet says so in the error's shape, and is not tried again."""

import pytest
from bimpeai import APINotImplementedError

CALLS = {
    "integrations": lambda client, id: client.agents.integrations.list(id),
    "bimpeai": lambda client, id: client.agents.integrations.bimpeai.list(id),
    "bimpeai configure": lambda client, id: client.agents.integrations.bimpeai.configure(
        id, type="stripe"
    ),
    "custom_api": lambda client, id: client.agents.integrations.custom_api.list(id),
    "custom_api tools": lambda client, id: client.agents.integrations.custom_api.tools.list(id, "i"),
    "mcp_server": lambda client, id: client.agents.integrations.mcp_server.list(id),
    "mcp_server tools": lambda client, id: client.agents.integrations.mcp_server.tools.list(id, "i"),
    "mcp_server test": lambda client, id: client.agents.integrations.mcp_server.test(id, "i"),
    "mcp_server discover": lambda client, id: client.agents.integrations.mcp_server.discover(id, "i"),
    "pipedream": lambda client, id: client.agents.integrations.pipedream.list(id),
    "pipedream disconnect": lambda client, id: client.agents.integrations.pipedream.disconnect(
        id, "i"
    ),
    "actions": lambda client, id: client.agents.actions.list(id),
    "actions enable": lambda client, id: client.agents.actions.enable(id, action_ids=["a"]),
    "actions disable": lambda client, id: client.agents.actions.disable(id, action_ids=["a"]),
    "phone numbers": lambda client, id: client.phone_numbers.list(),
    "phone number": lambda client, id: client.phone_numbers.retrieve("p"),
    "phone number update": lambda client, id: client.phone_numbers.update("p", label="Shop"),
    "phone number requests": lambda client, id: client.phone_numbers.requests.list(),
    "phone number request": lambda client, id: client.phone_numbers.requests.create(
        business_name="Tea", intended_use="Calls", region="uk", agent_count=1, outbound_minutes=0
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_not_implemented(client, agent, name):
    with pytest.raises(APINotImplementedError) as refused:
        CALLS[name](client, agent.id)
    assert (refused.value.status, refused.value.code) == (501, "not_implemented")
    assert refused.value.request_id
