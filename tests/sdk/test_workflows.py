"""Workflows: every call of the SDK."""

import pytest
from bimpeai import BadRequestError, ConflictError, NotFoundError

from server import Team, make_public

RULE = {
    "id": "refund", "name": "Refund", "trigger": "refund, money back", "condition": None,
    "response": "Within 14 days.", "action": "handoff", "enabled": True,
}
FLOW = {
    "name": "Delivery", "description": "Where an order is.", "category": "support", "priority": 7,
    "is_active": True, "trigger_keywords": [{"keyword": "late", "weight": "high"}],
    "conversation_steps": [{"type": "text_response", "content": "It takes three days."}],
}
EVERYTHING = {
    "name": "Everything", "system_prompt": "You help.", "description": "All fields.",
    "category": "shop", "rules": [RULE], "flows": [FLOW], "tags": ["tea"],
    "integrations": ["stripe"], "channels": ["whatsapp"], "actions": ["refund"],
    "guide": {"steps": ["Open the shop."]}, "faq": [{"question": "Where?", "answer": "Lagos."}],
    "setup_steps": ["One", {"title": "Two"}], "setup_time": 5,
    "video_url": "https://example.com/video",
}


def test_every_field_that_is_created_is_read_back(client):
    created = client.workflows.create(**EVERYTHING)
    read = client.workflows.retrieve(created.id)
    assert read == created
    shown = read.model_dump()
    for name, value in EVERYTHING.items():
        if name not in ("rules", "flows", "guide"):
            assert shown[name] == value, name
    assert read.rules[0].model_dump() == RULE
    assert read.flows[0].name == "Delivery" and read.flows[0].priority == 7
    assert read.flows[0].trigger_keywords[0].weight == "high"
    assert read.guide.steps == ["Open the shop."]
    assert (read.visibility, read.is_owner) == ("private", True)


def test_an_update_changes_what_it_names_and_leaves_the_rest(client):
    created = client.workflows.create(**EVERYTHING)
    updated = client.workflows.update(created.id, name="Renamed", tags=[], description=None)
    assert (updated.name, updated.tags, updated.description) == ("Renamed", [], None)
    assert (updated.rules, updated.flows) == (created.rules, created.flows)
    assert client.workflows.retrieve(created.id) == updated
    assert client.workflows.update(created.id) == updated


def test_a_deleted_workflow_is_gone(client, workflow):
    assert client.workflows.delete(workflow.id) is None
    with pytest.raises(NotFoundError):
        client.workflows.retrieve(workflow.id)
    assert [found.id for found in client.workflows.list(scope="owned")] == []


def test_a_workflow_that_an_agent_uses_is_not_deleted(client, workflow, agent):
    with pytest.raises(ConflictError) as refused:
        client.workflows.delete(workflow.id)
    assert refused.value.code == "conflict" and agent.name in str(refused.value)


def test_a_public_workflow_is_read_and_cloned_but_not_changed_by_others(client, workflow):
    make_public(workflow.id)
    with Team.new().client() as other:
        seen = other.workflows.retrieve(workflow.id)
        assert (seen.visibility, seen.is_owner) == ("public", False)
        for change in (
            lambda: other.workflows.update(workflow.id, name="Mine"),
            lambda: other.workflows.delete(workflow.id),
        ):
            with pytest.raises(NotFoundError):
                change()
        clone = other.workflows.clone(source_workflow_id=workflow.id)
        assert clone.id != workflow.id and clone.is_owner and clone.visibility == "private"
        assert (clone.faq, clone.system_prompt) == (workflow.faq, workflow.system_prompt)
        mine = [found.id for found in other.workflows.list(scope="owned")]
        assert mine == [clone.id]
        public = {found.id for found in other.workflows.list(scope="public", limit=100)}
        assert workflow.id in public and clone.id not in public
        accessible = {found.id for found in other.workflows.list(limit=100)}
        assert {workflow.id, clone.id} <= accessible


def test_another_teams_workflow_is_not_there(client, workflow):
    with Team.new().client() as other:
        for call in (
            lambda: other.workflows.retrieve(workflow.id),
            lambda: other.workflows.update(workflow.id, name="Mine"),
            lambda: other.workflows.delete(workflow.id),
            lambda: other.workflows.clone(source_workflow_id=workflow.id),
        ):
            with pytest.raises(NotFoundError) as refused:
                call()
            assert refused.value.code == "not_found"
        assert workflow.id not in {found.id for found in other.workflows.list(limit=100)}


def test_a_list_is_searched_and_sorted(client):
    for name in ("Tea", "Coffee", "Green tea"):
        client.workflows.create(name=name, system_prompt="You help.")

    def names(**query):
        return [found.name for found in client.workflows.list(scope="owned", **query)]

    assert names() == ["Green tea", "Coffee", "Tea"]
    assert names(sort="name") == ["Coffee", "Green tea", "Tea"]
    assert names(sort="-name") == ["Tea", "Green tea", "Coffee"]
    assert names(sort="created_at") == names(sort="created_on") == ["Tea", "Coffee", "Green tea"]
    assert names(search="TEA", sort="name") == ["Green tea", "Tea"]
    with pytest.raises(BadRequestError):
        client.workflows.list(sort="colour")
