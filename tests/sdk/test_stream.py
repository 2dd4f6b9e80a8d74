"""The stream of a conversation, over its ends: the server closes it after `stream_seconds`."""

import threading

import httpx
import pytest
from bimpeai import NotFoundError

from server import BASE_URL
from shop import QUESTION

STREAMS = 4


@pytest.fixture
def paused(client, agent, conversation_id):
    """Where every message is one message, since nobody answers."""
    client.conversations.set_ai_status(agent.id, conversation_id, is_ai_chat_paused=True)
    return conversation_id


def test_nothing_is_lost_or_doubled_while_the_sdk_reconnects(team, client, agent, paused):
    """A message is said before every stream, when none is open, and another once it is open."""
    opened = []

    def say(text):
        client.conversations.messages.send(agent.id, paused, message=text)

    def before(request):
        if request.url.path.endswith("/stream-ticket"):
            say(f"before stream {len(opened) + 1}")

    def after(response):
        if response.request.url.path.endswith("/stream"):
            opened.append(dict(response.request.url.params))
            say(f"during stream {len(opened)}")

    last = list(client.conversations.messages.list(agent.id, paused))[-1]
    hooks = {"request": [before], "response": [after]}
    with httpx.Client(event_hooks=hooks) as http, team.client(http_client=http) as reader:
        events = []
        for event in reader.conversations.messages.stream(agent.id, paused, after=last.id):
            events.append(event)
            if len(events) == 2 * STREAMS:
                break
    expected = [
        f"{when} stream {n}" for n in range(1, STREAMS + 1) for when in ("before", "during")
    ]
    assert [event.message for event in events] == expected
    assert len({event.id for event in events}) == len(events)
    # A new ticket each, and from where the last one ended.
    assert len({query["ticket"] for query in opened}) == STREAMS
    assert [query["after"] for query in opened] == [last.id] + [e.id for e in events[1:-1:2]]
    listed = list(client.conversations.messages.list(agent.id, paused))
    assert [said.id for said in listed][-len(events):] == [event.id for event in events]
    assert {event.conversation_id for event in events} == {paused}


def test_a_stream_begins_with_what_is_said_from_now_on(team, client, agent, conversation_id):
    def answer(response):
        if response.request.url.path.endswith("/stream"):
            client.conversations.messages.send(agent.id, conversation_id, message=QUESTION)

    with httpx.Client(event_hooks={"response": [answer]}) as http:
        stream = team.client(http_client=http).conversations.messages.stream(agent.id, conversation_id)
        events = [next(stream), next(stream)]
        stream.close()
    assert [event.role for event in events] == ["user", "assistant"]
    listed = list(client.conversations.messages.list(agent.id, conversation_id))[2:]
    assert [(e.id, e.message, e.created_at) for e in events] == [
        (said.id, said.message, said.created_at) for said in listed
    ]


def open_stream(agent, conversation_id, ticket, **request):
    url = f"{BASE_URL}/api/v1/console/agents/{agent.id}/conversations/{conversation_id}/stream"
    return httpx.stream("GET", url, params={"ticket": ticket}, timeout=30, **request)


def test_a_ticket_opens_one_stream_of_its_conversation(client, agent, begin, conversation_id):
    tickets = client.conversations.messages.stream_ticket
    ticket = tickets(agent.id, conversation_id)
    assert ticket.expires_in == 60 and len(ticket.ticket) == 43
    with open_stream(agent, conversation_id, ticket.ticket) as first:
        assert first.status_code == 200
        assert first.headers["content-type"].startswith("text/event-stream")
        with open_stream(agent, conversation_id, ticket.ticket) as second:
            assert second.status_code == 401
            assert b"ticket" in second.read().lower()
    elsewhere = tickets(agent.id, begin()).ticket
    with open_stream(agent, conversation_id, elsewhere) as refused:
        assert refused.status_code == 403


def test_a_browser_resumes_by_the_last_events_id(client, agent, conversation_id):
    """What an `EventSource` does, and the SDK does not."""
    question, answer = client.conversations.messages.list(agent.id, conversation_id).data
    ticket = client.conversations.messages.stream_ticket(agent.id, conversation_id).ticket
    headers = {"Last-Event-ID": question.id}
    with open_stream(agent, conversation_id, ticket, headers=headers) as stream:
        ids = [line for line in stream.iter_lines() if line.startswith("id: ")]
    assert ids == [f"id: {answer.id}"]


def test_many_read_the_same_conversation(client, agent, paused):
    seen = [[], []]

    def read(into):
        last = list(client.conversations.messages.list(agent.id, paused))[-1].id
        for event in client.conversations.messages.stream(agent.id, paused, after=last):
            into.append(event.message)
            if event.message == "last":
                break

    readers = [threading.Thread(target=read, args=[into], daemon=True) for into in seen]
    for reader in readers:
        reader.start()
    while not all(seen):
        client.conversations.messages.send(agent.id, paused, message="more")
        for reader in readers:
            reader.join(0.2)
    client.conversations.messages.send(agent.id, paused, message="last")
    for reader in readers:
        reader.join(30)
    said = [m.message for m in client.conversations.messages.list(agent.id, paused, limit=100)]
    for messages in seen:
        assert messages[-1] == "last" and said[-len(messages):] == messages


def test_no_ticket_for_what_is_not_there(client, agent):
    with pytest.raises(NotFoundError):
        next(client.conversations.messages.stream(agent.id, "nobody"))
