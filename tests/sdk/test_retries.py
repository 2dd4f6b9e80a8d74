"""Idempotent writes: what the SDK sends again is done once."""

import httpx
import pytest
from bimpeai import APIConnectionError, ConflictError

from shop import FAQ, QUESTION


class LostAnswers(httpx.HTTPTransport):
    """Loses the first answers to writes, after the server has given them."""

    def __init__(self, lost):
        super().__init__()
        self.lost = lost
        self.keys = []

    def handle_request(self, request):
        response = super().handle_request(request)
        if request.method == "GET":
            return response
        self.keys.append(request.headers["Idempotency-Key"])
        if len(self.keys) <= self.lost:
            response.read()
            response.close()
            raise httpx.ReadError("the answer is lost", request=request)
        return response


@pytest.fixture
def losing(team):
    """A client with the transport that loses its first answer."""
    transport = LostAnswers(1)
    with httpx.Client(transport=transport) as http:
        yield team.client(http_client=http), transport


def check_sent_twice(transport):
    assert len(transport.keys) == 2 and len(set(transport.keys)) == 1


def test_a_workflow_is_created_once(losing, client):
    lossy, transport = losing
    created = lossy.workflows.create(name="Shop", system_prompt="You help.", faq=FAQ)
    check_sent_twice(transport)
    assert [found.id for found in client.workflows.list(scope="owned")] == [created.id]


def test_a_clone_is_made_once(losing, client, workflow):
    lossy, transport = losing
    clone = lossy.workflows.clone(source_workflow_id=workflow.id)
    check_sent_twice(transport)
    listed = {found.id for found in client.workflows.list(scope="owned")}
    assert listed == {workflow.id, clone.id}


def test_an_update_is_done_once(losing, client, workflow):
    lossy, transport = losing
    updated = lossy.workflows.update(workflow.id, name="Renamed")
    check_sent_twice(transport)
    assert updated.revision == workflow.revision + 1


def test_a_deletion_is_not_answered_with_404_the_second_time(losing, client, workflow):
    lossy, transport = losing
    lossy.workflows.delete(workflow.id)
    check_sent_twice(transport)


def test_an_agent_is_created_and_deleted_once(losing, client, workflow):
    lossy, transport = losing
    agent = lossy.agents.create(workflow_id=workflow.id, name="Ada", description="Answers.")
    check_sent_twice(transport)
    assert [found.id for found in client.agents.list()] == [agent.id]
    transport.keys.clear()
    lossy.agents.delete(agent.id)
    check_sent_twice(transport)


def test_a_message_is_said_and_answered_once(losing, client, agent, conversation_id):
    lossy, transport = losing
    answer = lossy.conversations.messages.send(agent.id, conversation_id, message=QUESTION)
    check_sent_twice(transport)
    listed = list(client.conversations.messages.list(agent.id, conversation_id))
    assert [said.role for said in listed] == ["user", "assistant"] * 2
    assert listed[-1].id == answer.id


def test_a_conversation_is_begun_once(losing, client, agent):
    lossy, transport = losing
    lossy.conversations.send(
        agent.id, message=QUESTION, channel_type="telephony", channel_user_id="+14155550100",
        is_test_channel=True,
    )
    check_sent_twice(transport)
    (found,) = client.conversations.list(agent.id)
    assert len(list(client.conversations.messages.list(agent.id, found.id))) == 2


def test_what_an_agent_knows_is_added_once(losing, client, agent):
    lossy, transport = losing
    text = {"type": "text", "name": "Prices", "content": "Tea: 3."}
    added = lossy.agents.knowledge_bases.create(agent.id, text)
    check_sent_twice(transport)
    assert client.agents.knowledge_bases.list(agent.id) == [added]


def test_the_same_key_gives_the_same_answer(client):
    body = {"name": "Shop", "system_prompt": "You help.", "idempotency_key": "k1"}
    assert client.workflows.create(**body) == client.workflows.create(**body)
    assert len(client.workflows.list(scope="owned").data) == 1


def test_the_same_key_with_another_body_is_a_conflict(client, agent, conversation_id):
    client.workflows.create(name="Shop", system_prompt="You help.", idempotency_key="k1")
    with pytest.raises(ConflictError) as refused:
        client.workflows.create(name="Other", system_prompt="You help.", idempotency_key="k1")
    assert (refused.value.status, refused.value.code) == (409, "conflict")
    messages = client.conversations.messages
    said = messages.send(agent.id, conversation_id, message=QUESTION, idempotency_key="k2")
    again = messages.send(agent.id, conversation_id, message=QUESTION, idempotency_key="k2")
    assert said == again
    with pytest.raises(ConflictError):
        messages.send(agent.id, conversation_id, message="Other", idempotency_key="k2")


def test_a_server_that_is_not_there_is_a_connection_error(team):
    def refuse(request):
        raise httpx.ConnectError("refused", request=request)

    with httpx.Client(transport=httpx.MockTransport(refuse)) as http:
        with pytest.raises(APIConnectionError):
            team.client(http_client=http, max_retries=0).workflows.list()
