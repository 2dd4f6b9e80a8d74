//! `/api/v1/console/agents`: contract/console-bimpe.md, section 4.

mod change;
mod channels;
mod create;
mod fields;
mod knowledge;
mod list;
mod not_implemented;
mod refused;
mod workflow;

use black_box::{Answer, Team};
use serde_json::{Value, json};

use super::{create as create_workflow, error, minimal};

const AGENTS: &str = "/api/v1/console/agents";
/// What an agent has where it is shown alone.
const DETAILS: [&str; 3] = ["knowledge_bases", "integrations", "channels"];

fn path(agent: &str) -> String {
    format!("{AGENTS}/{agent}")
}

fn id(of: &Value) -> &str {
    of["id"].as_str().expect("an id")
}

/// A workflow, and the least of an agent that it answers for.
fn minimal_agent(team: &Team) -> Value {
    let workflow = create_workflow(team, &minimal());
    json!({"workflow_id": workflow["id"], "name": "Ana", "description": "Sells shoes"})
}

/// Every field of the contract, each with a value.
fn complete_agent(team: &Team) -> Value {
    let mut agent = minimal_agent(team);
    let rest = json!({
        "language": "pt-BR", "persona": "concise", "timezone": "America/Sao_Paulo",
        "logo": "https://example.com/logo.png", "business_name": "Shoes", "business_address": "Rua 1",
        "business_email": "shop@example.com", "business_description": "A shop",
        "escalation_email": "ana@example.com",
    });
    for (field, value) in rest.as_object().expect("an object") {
        agent[field] = value.clone();
    }
    agent
}

fn create(team: &Team, body: &Value) -> Value {
    team.request("POST", AGENTS).json(body).send().expect(201)["data"].clone()
}

/// The id of a new agent.
fn an_agent(team: &Team) -> String {
    id(&create(team, &minimal_agent(team))).to_owned()
}

fn get(team: &Team, agent: &str) -> Value {
    team.request("GET", &path(agent)).send().expect(200)["data"].clone()
}

fn patch(team: &Team, agent: &str, body: &Value) -> Answer {
    team.request("PATCH", &path(agent)).json(body).send()
}

fn without(agent: &Value, fields: &[&str]) -> Value {
    let mut agent = agent.clone();
    for field in fields {
        agent.as_object_mut().expect("an object").remove(*field);
    }
    agent
}

fn agent_not_found() -> Value {
    error(&json!("Agent not found"), "Not Found", "not_found", 404)
}
