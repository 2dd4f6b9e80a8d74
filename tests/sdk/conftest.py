"""What the tests start from: a team that nobody else has, its agent, and a conversation with it."""

import uuid

import pytest

from server import Team
from shop import FAQ, QUESTION


@pytest.fixture
def team():
    return Team.new()


@pytest.fixture
def client(team):
    with team.client() as client:
        yield client


@pytest.fixture
def workflow(client):
    return client.workflows.create(name="Shop", system_prompt="You help in a shop.", faq=FAQ)


@pytest.fixture
def agent(client, workflow):
    return client.agents.create(workflow_id=workflow.id, name="Ada", description="Answers.")


@pytest.fixture
def begin(client, agent):
    """Begins a test conversation on the web and gives its id."""

    def begin(message=QUESTION, **fields):
        body = {"channel_type": "webchat", "channel_user_id": str(uuid.uuid4())}
        body |= {"is_test_channel": True, "message": message} | fields
        return client.conversations.send(agent.id, **body).conversation_id

    return begin


@pytest.fixture
def conversation_id(begin):
    return begin()
