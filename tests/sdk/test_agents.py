"""Agents, with what they know and where they answer: every call of the SDK."""

import pytest
from bimpeai import APINotImplementedError, NotFoundError

from server import Team, make_public

PROFILE = {
    "language": "fr", "persona": "concise", "timezone": "Africa/Lagos",
    "logo": "https://example.com/logo.png", "business_name": "Tea & Co",
    "business_address": "1 Marina, Lagos", "business_email": "tea@example.com",
    "business_description": "Sells tea.", "escalation_email": "help@example.com",
}


def test_an_agent_is_created_with_its_profile_and_its_workflow(client, workflow):
    created = client.agents.create(workflow_id=workflow.id, name="Ada", description="Sells.", **PROFILE)
    assert created.workflow == client.workflows.retrieve(workflow.id)
    assert (created.workflow_id, created.status) == (workflow.id, "development")
    read = client.agents.retrieve(created.id)
    for shown in (created.model_dump(), read.model_dump()):
        assert {name: shown[name] for name in PROFILE} == PROFILE
    assert (read.knowledge_bases, read.integrations, read.channels) == ([], [], [])


def test_what_is_not_said_of_an_agent_has_the_documented_default(agent):
    assert (agent.language, agent.persona, agent.timezone) == ("en", "friendly", "UTC")


def test_a_public_workflow_is_cloned_for_the_team_of_its_agent(client, workflow):
    make_public(workflow.id)
    with Team.new().client() as other:
        agent = other.agents.create(workflow_id=workflow.id, name="Bo", description="Copies.")
        assert agent.workflow_id != workflow.id
        assert agent.workflow.is_owner and agent.workflow.faq == workflow.faq


def test_an_agent_is_updated_and_deleted(client, agent):
    updated = client.agents.update(agent.id, name="Bea", business_name="Tea & Co")
    assert (updated.name, updated.business_name) == ("Bea", "Tea & Co")
    assert updated.description == agent.description
    assert client.agents.delete(agent.id) is None
    with pytest.raises(NotFoundError):
        client.agents.retrieve(agent.id)
    assert list(client.agents.list()) == []


def test_agents_are_listed_searched_and_sorted(client, workflow):
    for name in ("Ada", "Bea", "Adam"):
        client.agents.create(workflow_id=workflow.id, name=name, description="Answers.")

    def names(**query):
        return [agent.name for agent in client.agents.list(**query)]

    assert names() == ["Adam", "Bea", "Ada"]
    assert names(sort="name") == ["Ada", "Adam", "Bea"]
    assert names(search="ada", sort="created_at") == ["Ada", "Adam"]
    page = client.agents.list(limit=2)
    assert [agent.name for agent in page.get_next_page().data] == ["Ada"]


def test_an_agent_goes_live_and_is_paused(client, agent):
    assert client.agents.update_live_status(agent.id, status="live").status == "live"
    paused = client.agents.update_live_status(agent.id, status="paused", status_reason="Holidays")
    assert (paused.status, paused.status_reason) == ("paused", "Holidays")
    read = client.agents.retrieve(agent.id)
    assert (read.status, read.status_reason) == ("paused", "Holidays")


def test_a_test_code_stays_the_same(client, agent):
    first = client.agents.get_test_code(agent.id)
    assert len(first.code) == 8
    assert first.channels.whatsapp.start_message == f"start {first.code}"
    assert client.agents.get_test_code(agent.id) == first
    assert client.agents.retrieve(agent.id).test_channel_code == first.code


def test_the_channels_of_an_agent_are_listed(team, client, agent):
    assert client.agents.channels.list(agent.id) == []
    team.has_a_site(agent.id)
    (channel,) = client.agents.channels.list(agent.id)
    assert (channel.type, channel.name, channel.is_connected) == ("webchat", team.name, True)
    assert client.agents.retrieve(agent.id).channels == [channel]


def test_what_an_agent_knows_is_added_changed_and_taken_away(client, agent):
    bases = client.agents.knowledge_bases
    added = bases.create(
        agent.id, {"type": "text", "name": "Prices", "content": "Tea: 3.", "description": "All"}
    )
    assert (added.type, added.name, added.content) == ("text", "Prices", "Tea: 3.")
    updated = bases.update(agent.id, added.id, content="Tea: 4.", description=None)
    assert (updated.content, updated.description, updated.name) == ("Tea: 4.", None, "Prices")
    assert bases.list(agent.id) == [updated]
    summary = client.agents.retrieve(agent.id).knowledge_bases
    assert [(base.id, base.name) for base in summary] == [(added.id, "Prices")]
    assert bases.delete(agent.id, added.id) is None
    assert bases.list(agent.id) == []


def test_what_is_on_the_web_is_not_fetched_yet(client, agent):
    page = {"type": "url", "name": "Site", "url": "https://example.com"}
    with pytest.raises(APINotImplementedError):
        client.agents.knowledge_bases.create(agent.id, page)


def test_another_teams_agent_is_not_there(client, agent):
    base = client.agents.knowledge_bases.create(
        agent.id, {"type": "text", "name": "Prices", "content": "Tea: 3."}
    )
    with Team.new().client() as other:
        bases = other.agents.knowledge_bases
        for call in (
            lambda: other.agents.retrieve(agent.id),
            lambda: other.agents.update(agent.id, name="Mine"),
            lambda: other.agents.delete(agent.id),
            lambda: other.agents.update_live_status(agent.id, status="live"),
            lambda: other.agents.get_test_code(agent.id),
            lambda: other.agents.channels.list(agent.id),
            lambda: bases.list(agent.id),
            lambda: bases.create(agent.id, {"type": "text", "name": "a", "content": "b"}),
            lambda: bases.update(agent.id, base.id, name="Mine"),
            lambda: bases.delete(agent.id, base.id),
        ):
            with pytest.raises(NotFoundError):
                call()
        assert list(other.agents.list()) == []
