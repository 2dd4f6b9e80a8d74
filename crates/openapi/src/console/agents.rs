//! Agents, and what they know.

use ::agents::{
    AgentChannel, AgentDetailView, AgentView, KnowledgeChange, KnowledgeView, NewAgentView,
    NewKnowledge, Profile, StatusView, TestCodeView, read_change, read_new, read_status,
};
use fields::describe;
use serde_json::json;

use super::{EXAMPLE_ID, envelope, page};
use crate::operation::Method::{Delete, Get, Patch, Post};
use crate::operation::{Method, Operation};
use crate::schemas::{Schemas, reference};

/// What a list can be sorted by.
const SORTABLE: &[&str] = &["created_at", "created_on", "updated_at", "name"];
const READ: &str = "agents:read";
const WRITE: &str = "agents:write";

fn agent(method: Method, path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    Operation::new("agents", method, path, id, summary)
}

/// What is not built: the agent is looked for, and then it is a 501.
fn unbuilt(
    method: Method,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    let scope = if method == Get { READ } else { WRITE };
    agent(method, path, id, summary).scope(scope).not_implemented()
}

pub(super) fn operations() -> Vec<Operation> {
    let create = json!({
        "workflow_id": EXAMPLE_ID, "name": "Ana", "description": "Answers customers of a shop.",
    });
    let one = "/agents/{agentId}";
    let knowledge = "/agents/{agentId}/knowledge_bases";
    let item = "/agents/{agentId}/knowledge_bases/{knowledgeBaseId}";
    let text = json!({"type": "text", "name": "Hours", "content": "Open from nine to five."});
    vec![
        agent(Get, "/agents", "listAgents", "List agents").scope(READ).page(SORTABLE).answers(
            200,
            "A page of agents.",
            "AgentPage",
        ),
        agent(Post, "/agents", "createAgent", "Create an agent")
            .about("A workflow that is public is copied for the team.")
            .scope(WRITE)
            .body("CreateAgent", create)
            .errors(&[404])
            .answers(201, "The new agent, with its workflow.", "NewAgentEnvelope"),
        agent(Get, one, "getAgent", "Get an agent").scope(READ).answers(
            200,
            "The agent, with what belongs to it.",
            "AgentDetailEnvelope",
        ),
        agent(Patch, one, "updateAgent", "Change an agent")
            .about("Absent fields stay, null clears or makes the default.")
            .scope(WRITE)
            .body("UpdateAgent", json!({"persona": "concise"}))
            .answers(200, "The agent as it is now.", "AgentEnvelope"),
        agent(Delete, one, "deleteAgent", "Delete an agent").scope(WRITE).answers(
            200,
            "It is deleted.",
            "DeletedEnvelope",
        ),
        agent(
            Patch,
            "/agents/{agentId}/live-status",
            "setAgentStatus",
            "Say whether an agent answers",
        )
        .scope(WRITE)
        .body("SetAgentStatus", json!({"status": "live"}))
        .answers(200, "The status as it is now.", "AgentStatusEnvelope"),
        agent(
            Get,
            "/agents/{agentId}/channels",
            "listAgentChannels",
            "List the channels of an agent",
        )
        .scope(READ)
        .answers(200, "The channels.", "AgentChannelsEnvelope"),
        agent(
            Get,
            "/agents/{agentId}/deployment/agent-test-code",
            "getAgentTestCode",
            "Get the code that starts a test",
        )
        .scope(READ)
        .answers(200, "The code.", "AgentTestCodeEnvelope"),
        agent(Get, knowledge, "listKnowledgeBases", "List what an agent knows")
            .scope(READ)
            .answers(200, "What it knows.", "KnowledgeBasesEnvelope"),
        agent(Post, knowledge, "createKnowledgeBase", "Tell an agent something")
            .about("An address (`type` `url`) is not built: 501.")
            .scope(WRITE)
            .body("CreateKnowledgeBase", text)
            .errors(&[501])
            .answers(201, "What it was told.", "KnowledgeBaseEnvelope"),
        agent(Patch, item, "updateKnowledgeBase", "Change what an agent knows")
            .scope(WRITE)
            .body("UpdateKnowledgeBase", json!({"content": "Open from nine to six."}))
            .answers(200, "What it knows now.", "KnowledgeBaseEnvelope"),
        agent(Delete, item, "deleteKnowledgeBase", "Make an agent forget").scope(WRITE).answers(
            200,
            "It is deleted.",
            "DeletedEnvelope",
        ),
        unbuilt(Get, "/agents/{agentId}/integrations", "listIntegrations", "List integrations"),
        unbuilt(
            Get,
            "/agents/{agentId}/integrations/{family}",
            "listIntegrationsOf",
            "List integrations of a family",
        ),
        unbuilt(
            Post,
            "/agents/{agentId}/integrations/{family}/configure",
            "configureIntegration",
            "Set an integration up",
        ),
        unbuilt(
            Delete,
            "/agents/{agentId}/integrations/{family}/{integrationId}",
            "deleteIntegration",
            "Remove an integration",
        ),
        unbuilt(
            Get,
            "/agents/{agentId}/integrations/{family}/{integrationId}/tools",
            "listIntegrationTools",
            "List the tools of an integration",
        ),
        unbuilt(
            Post,
            "/agents/{agentId}/integrations/{family}/{integrationId}/tools",
            "addIntegrationTool",
            "Add a tool to an integration",
        ),
        unbuilt(
            Delete,
            "/agents/{agentId}/integrations/{family}/{integrationId}/tools/{toolId}",
            "deleteIntegrationTool",
            "Remove a tool of an integration",
        ),
        unbuilt(
            Post,
            "/agents/{agentId}/integrations/{family}/{integrationId}/discover",
            "discoverIntegrationTools",
            "Find the tools of an integration",
        ),
        unbuilt(
            Post,
            "/agents/{agentId}/integrations/{family}/{integrationId}/test",
            "testIntegration",
            "Try an integration",
        ),
        unbuilt(Get, "/agents/{agentId}/actions", "listActions", "List actions"),
        unbuilt(Post, "/agents/{agentId}/actions/enable", "enableActions", "Turn actions on"),
        unbuilt(Post, "/agents/{agentId}/actions/disable", "disableActions", "Turn actions off"),
    ]
}

pub(super) fn schemas(schemas: &mut Schemas) {
    schemas.shown::<AgentView<'_>>();
    schemas.shown::<AgentDetailView<'_>>();
    schemas.shown::<NewAgentView<'_>>();
    schemas.shown::<StatusView<'_>>();
    schemas.shown::<TestCodeView<'_>>();
    schemas.shown::<AgentChannel>();
    schemas.shown::<KnowledgeView<'_>>();
    page(schemas, "AgentPage", reference("Agent"));
    for (name, data) in [
        ("AgentEnvelope", "Agent"),
        ("AgentDetailEnvelope", "AgentDetail"),
        ("NewAgentEnvelope", "NewAgent"),
        ("AgentStatusEnvelope", "AgentStatus"),
        ("AgentTestCodeEnvelope", "AgentTestCode"),
        ("KnowledgeBaseEnvelope", "KnowledgeBase"),
    ] {
        envelope(schemas, name, reference(data));
    }
    for (name, item) in
        [("AgentChannelsEnvelope", "AgentChannel"), ("KnowledgeBasesEnvelope", "KnowledgeBase")]
    {
        envelope(schemas, name, json!({"type": "array", "items": reference(item)}));
    }
    schemas.add("CreateAgent", describe(|body| drop(read_new(body))));
    schemas.add("UpdateAgent", describe(|body| drop(read_change(body, &mut Profile::default()))));
    schemas.add("SetAgentStatus", describe(|body| drop(read_status(body))));
    schemas.add("CreateKnowledgeBase", describe(|body| drop(NewKnowledge::read(body))));
    schemas.add("UpdateKnowledgeBase", describe(|body| drop(KnowledgeChange::read(body))));
}
