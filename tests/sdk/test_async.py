"""The SDK's client for asyncio takes the same way through."""

import asyncio
import uuid

from bimpeai import NotFoundError

from shop import ANSWER, FAQ, QUESTION


def test_the_async_client_from_a_workflow_to_its_stream(team):
    asyncio.run(go(team))


async def go(team):
    async with team.async_client() as client:
        workflow = await client.workflows.create(name="Shop", system_prompt="You help.", faq=FAQ)
        agent = await client.agents.create(
            workflow_id=workflow.id, name="Ada", description="Answers."
        )
        answer = await client.conversations.send(
            agent.id, message=QUESTION, channel_type="webchat",
            channel_user_id=str(uuid.uuid4()), is_test_channel=True,
        )
        assert answer.message == ANSWER
        names = {f"Workflow {n}" for n in range(30)}
        await asyncio.gather(
            *(client.workflows.create(name=name, system_prompt="You help.") for name in names)
        )
        listed = [found.name async for found in await client.workflows.list(scope="owned")]
        assert len(listed) == 31 and set(listed) == names | {"Shop"}
        try:
            await client.agents.retrieve(str(uuid.uuid4()))
        except NotFoundError as error:
            assert error.code == "not_found"
        else:
            raise AssertionError("an agent that nobody made is found")
        await read_stream(client, agent.id, answer)


async def read_stream(client, agent_id, answer):
    messages = client.conversations.messages
    stream = messages.stream(agent_id, answer.conversation_id, after=answer.id)
    question, reply = asyncio.ensure_future(anext(stream)), None
    await messages.send(agent_id, answer.conversation_id, message=QUESTION)
    question, reply = await question, await anext(stream)
    assert [(question.role, reply.role)] == [("user", "assistant")]
    assert (question.message, reply.message) == (QUESTION, ANSWER)
    await stream.aclose()
