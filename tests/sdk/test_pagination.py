"""Lists longer than any page, to their end, as the SDK goes through them."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

COUNT = 253
PAGE = 100


def create_all(create):
    """Four at a time, as a bulk import does."""
    with ThreadPoolExecutor(4) as threads:
        return set(threads.map(create, range(COUNT)))


def check_pages(first, created):
    """Every item once, in pages that say where they are."""
    pages = list(first.pages())
    assert [len(page.data) for page in pages] == [100, 100, 53]
    for number, page in enumerate(pages, 1):
        meta = page.meta
        assert (meta.current_page, meta.limit) == (number, PAGE)
        assert (meta.total_count, meta.page_count) == (COUNT, 3)
        assert (meta.has_previous_page, meta.has_next_page) == (number > 1, number < 3)
    ids = [item.id for page in pages for item in page.data]
    assert len(ids) == COUNT and set(ids) == created
    assert [item.id for item in first] == ids


def test_workflows(client):
    def create(n):
        return client.workflows.create(name=f"Workflow {n}", system_prompt="You help.").id

    created = create_all(create)
    check_pages(client.workflows.list(scope="owned", limit=PAGE), created)
    assert len(list(client.workflows.list(scope="owned"))) == COUNT
    names = [found.name for found in client.workflows.list(scope="owned", sort="name", limit=PAGE)]
    assert names == sorted(names)


def test_agents(client, workflow):
    def create(n):
        made = client.agents.create(workflow_id=workflow.id, name=f"Agent {n}", description="One.")
        return made.id

    created = create_all(create)
    check_pages(client.agents.list(limit=PAGE), created)


@pytest.mark.parametrize("query", [{}, {"channel": "test_webchat"}], ids=["all", "filtered"])
def test_conversations(client, agent, begin, query):
    created = create_all(lambda n: begin())
    check_pages(client.conversations.list(agent.id, limit=PAGE, **query), created)


def test_messages(client, agent, begin):
    contact = str(uuid.uuid4())
    conversation_id = begin(channel_user_id=contact)
    client.conversations.set_ai_status(agent.id, conversation_id, is_ai_chat_paused=True)
    messages = client.conversations.messages
    for n in range(COUNT - 2):
        messages.send(agent.id, conversation_id, message=f"Message {n}")
    first = messages.list(agent.id, conversation_id, limit=PAGE)
    check_pages(first, {said.id for said in first})
    assert [said.message for said in first][2:] == [f"Message {n}" for n in range(COUNT - 2)]
