"""What schemathesis cannot know: ids of what is there, and what makes a request valid beyond its schema."""

import os
import uuid

import schemathesis
from schemathesis.core.parameters import ParameterLocation

from known import is_left_alone, is_positive, operation_id, put
from server import Team
from shop import FAQ, QUESTION

TEAM = Team(os.environ["TEAM"])
CLIENT = TEAM.client()


def new_workflow():
    return CLIENT.workflows.create(name="Shop", system_prompt="You help.", faq=FAQ).id


def new_agent():
    made = CLIENT.agents.create(workflow_id=AGENTS_WORKFLOW, name="Ada", description="Answers.")
    return made.id


def new_knowledge_base(agent_id):
    text = {"type": "text", "name": "Prices", "content": "Tea: 3."}
    return CLIENT.agents.knowledge_bases.create(agent_id, text).id


def say(agent_id):
    return CLIENT.conversations.send(
        agent_id, message=QUESTION, channel_type="webchat",
        channel_user_id=str(uuid.uuid4()), is_test_channel=True,
    )


AGENTS_WORKFLOW = new_workflow()
AGENT = new_agent()
ANSWER = say(AGENT)
TEAM.has_a_site(AGENT)
IDS = {
    "agentId": AGENT,
    "workflowId": new_workflow(),
    "version": 1,
    "conversationId": ANSWER.conversation_id,
    "messageId": ANSWER.id,
    "knowledgeBaseId": new_knowledge_base(AGENT),
}
# Where a body names what is there.
BODY_IDS = {"workflow_id": AGENTS_WORKFLOW, "source_workflow_id": AGENTS_WORKFLOW}


def ids_for(operation):
    """What is deleted was made for it."""
    if operation == "deleteWorkflow":
        return IDS | {"workflowId": new_workflow()}
    if operation == "deleteAgent":
        return IDS | {"agentId": new_agent()}
    if operation in ("createKnowledgeBase", "deleteKnowledgeBase"):
        agent = new_agent()
        return IDS | {"agentId": agent, "knowledgeBaseId": new_knowledge_base(agent)}
    return IDS


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Of a stream, OpenAPI 3.1 describes the whole body, which is a string; schemathesis takes it for each event."""
    stream = "/agents/{agentId}/conversations/{conversationId}/stream"
    answer = raw_schema["paths"][stream]["get"]["responses"]["200"]
    del answer["content"]["text/event-stream"]["schema"]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Puts ids of what is there in place of those that the schema allows."""
    if is_left_alone(case):
        return
    operation = operation_id(case)
    put(case, path=ids_for(operation), body=BODY_IDS)
    # A workflow stays what it was made as.
    is_change = operation == "updateWorkflow" and isinstance(case.body, dict)
    if is_change and "kind" in case.body and not case.meta.is_negative_at(ParameterLocation.BODY):
        case.body = {**case.body, "kind": "flow"}
    if operation == "streamMessages" and not case.meta.is_negative_at(ParameterLocation.QUERY):
        messages = CLIENT.conversations.messages
        ticket = messages.stream_ticket(AGENT, ANSWER.conversation_id).ticket
        case.query = {**case.query, "ticket": ticket}


# Where a request that fits its schema may be refused with 400 all the same (schemathesis.toml), and for what.
REFUSED_FOR = {
    "sendMessageToContact": lambda body: body["code"] != "validation_error",
    "sendMessage": lambda body: body["code"] != "validation_error",
    "makeCall": lambda body: body["code"] == "channel_not_configured",
    "simulateWorkflow": lambda body: all(line.startswith("definition") for line in body["message"]),
}


@schemathesis.check
def valid_fields_are_not_refused(context, response, case):
    """The fields themselves are never the reason."""
    allowed = REFUSED_FOR.get(operation_id(case))
    if allowed is None or not is_positive(case):
        return
    if response.status_code == 400:
        assert allowed(response.json()), f"valid fields are refused: {response.text}"
