"""Conversations: sending, every filter of the list, messages, and the pause of the AI."""

import uuid

import pytest
from bimpeai import BadRequestError, NotFoundError, ValidationError

from server import Team
from shop import ANSWER, QUESTION


def test_a_contact_who_writes_is_answered_and_found_again(client, agent):
    contact = str(uuid.uuid4())
    to = {"channel_type": "webchat", "channel_user_id": contact, "is_test_channel": True}
    first = client.conversations.send(agent.id, message=QUESTION, channel_username="Ann", **to)
    assert (first.role, first.message) == ("assistant", ANSWER)
    again = client.conversations.send(agent.id, message=QUESTION, **to)
    assert again.conversation_id == first.conversation_id and again.id != first.id
    named = client.conversations.send(
        agent.id, message=QUESTION, conversation_id=first.conversation_id
    )
    assert named.conversation_id == first.conversation_id
    read = client.conversations.retrieve(agent.id, first.conversation_id)
    assert (read.channel_type, read.channel_user_id) == ("webchat", contact)
    assert (read.channel_user_username, read.is_test_channel) == ("Ann", True)
    assert read.last_message_preview == ANSWER and read.last_message_at >= read.created_at


def test_on_the_phone_a_contact_is_a_number(client, agent, begin):
    id = begin(channel_type="whatsapp", channel_user_id="+14155550100")
    read = client.conversations.retrieve(agent.id, id)
    assert (read.channel_type, read.channel_user_id) == ("whatsapp", "+14155550100")
    assert read.phone_number == "+14155550100"


def test_a_live_message_needs_its_channel(client, agent):
    with pytest.raises(BadRequestError) as refused:
        client.conversations.send(
            agent.id, message="Hi", channel_type="whatsapp", channel_user_id="+14155550100"
        )
    assert refused.value.code == "channel_not_configured"


def test_a_person_speaks_only_while_the_ai_is_paused(client, agent, conversation_id):
    messages = client.conversations.messages
    with pytest.raises(BadRequestError):
        messages.send(agent.id, conversation_id, message="I am a person.", role="assistant")
    paused = client.conversations.set_ai_status(agent.id, conversation_id, is_ai_chat_paused=True)
    assert paused.is_ai_chat_paused is True
    said = messages.send(agent.id, conversation_id, message="I am a person.", role="assistant")
    assert (said.role, said.message) == ("assistant", "I am a person.")
    asked = messages.send(agent.id, conversation_id, message=QUESTION)
    assert (asked.role, asked.message) == ("user", QUESTION)
    read = client.conversations.retrieve(agent.id, conversation_id)
    assert (read.is_ai_chat_paused, read.needs_attention) == (True, True)
    client.conversations.set_ai_status(agent.id, conversation_id, is_ai_chat_paused=False)
    assert messages.send(agent.id, conversation_id, message=QUESTION).message == ANSWER


def test_messages_are_listed_in_the_order_they_were_said(client, agent, conversation_id):
    messages = client.conversations.messages
    messages.send(agent.id, conversation_id, message=QUESTION)
    listed = list(messages.list(agent.id, conversation_id))
    assert [(said.role, said.message) for said in listed] == [
        ("user", QUESTION), ("assistant", ANSWER), ("user", QUESTION), ("assistant", ANSWER),
    ]
    for said in listed:
        assert messages.retrieve(agent.id, conversation_id, said.id) == said
    found = list(messages.list(agent.id, conversation_id, search="9 TO"))
    assert [said.id for said in found] == [listed[1].id, listed[3].id]
    newest = list(messages.list(agent.id, conversation_id, sort="-created_at"))
    assert newest == listed[::-1]


@pytest.fixture
def conversations(team, client, agent, begin):
    """One that is paused, one that waits for a person, and others on other channels."""
    team.has_a_site(agent.id)
    found = {
        "test_webchat": begin(channel_username="Ann"),
        "test_whatsapp": begin(channel_type="whatsapp", channel_user_id="+14155550100"),
        "test_telephony": begin(channel_type="telephony", channel_user_id="+14155550101"),
        "webchat": begin(is_test_channel=False),
        "paused": begin(),
        "waits": begin(),
    }
    for name in ("paused", "waits"):
        client.conversations.set_ai_status(agent.id, found[name], is_ai_chat_paused=True)
    client.conversations.messages.send(agent.id, found["waits"], message="Hello?")
    return found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "waits paused webchat test_telephony test_whatsapp test_webchat"),
        ({"sort": "created_at"}, "test_webchat test_whatsapp test_telephony webchat paused waits"),
        ({"channel": "test_webchat"}, "waits paused test_webchat"),
        ({"channel": "test_whatsapp"}, "test_whatsapp"),
        ({"channel": "test_telephony"}, "test_telephony"),
        ({"channel": "webchat"}, "webchat"),
        ({"channel": "whatsapp"}, ""),
        ({"channel": "telephony"}, ""),
        ({"is_test_channel": False}, "webchat"),
        ({"is_test_channel": True}, "waits paused test_telephony test_whatsapp test_webchat"),
        ({"is_ai_chat_paused": True}, "waits paused"),
        ({"is_ai_chat_paused": True, "needs_attention": False}, "paused"),
        ({"needs_attention": True}, "waits"),
        ({"search": "ann"}, "test_webchat"),
        ({"search": "5550101"}, "test_telephony"),
    ],
    ids=str,
)
def test_the_list_is_filtered(client, agent, conversations, query, expected):
    page = client.conversations.list(agent.id, **query)
    names = {id: name for name, id in conversations.items()}
    assert [names[found.id] for found in page] == expected.split()
    assert page.meta.total_count == len(expected.split())


def test_the_last_spoken_in_comes_first(client, agent, conversations):
    client.conversations.messages.send(agent.id, conversations["webchat"], message=QUESTION)
    newest = client.conversations.list(agent.id, sort="-last_message_at", limit=1)
    assert [found.id for found in newest.data] == [conversations["webchat"]]


def test_what_is_no_filter_is_refused(client, agent):
    with pytest.raises(ValidationError) as refused:
        client.conversations.list(agent.id, channel="sms", sort="colour", limit=101)
    assert {error["path"] for error in refused.value.field_errors} == {"channel", "sort", "limit"}


def test_another_teams_conversation_is_not_there(client, workflow, agent, conversation_id):
    message = client.conversations.messages.list(agent.id, conversation_id).data[0]
    # Neither under the team's agent nor under another of one's own.
    own = client.agents.create(workflow_id=workflow.id, name="Own", description="Another.")
    with Team.new().client() as other:
        for stranger, agent_id in ((other, agent.id), (client, own.id)):
            messages = stranger.conversations.messages
            for call in (
                lambda: stranger.conversations.retrieve(agent_id, conversation_id),
                lambda: stranger.conversations.set_ai_status(
                    agent_id, conversation_id, is_ai_chat_paused=True
                ),
                lambda: stranger.conversations.send(
                    agent_id, message="Hi", conversation_id=conversation_id
                ),
                lambda: messages.list(agent_id, conversation_id),
                lambda: messages.send(agent_id, conversation_id, message="Hi"),
                lambda: messages.retrieve(agent_id, conversation_id, message.id),
                lambda: messages.stream_ticket(agent_id, conversation_id),
            ):
                with pytest.raises(NotFoundError):
                    call()
        with pytest.raises(NotFoundError):
            other.conversations.list(agent.id)
