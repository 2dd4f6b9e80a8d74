//! What the agent endpoints of the console share: finding and refusing.

use agents::Agent;
use engine::Host as _;
use uuid::Uuid;

use crate::{Call, Problem};

/// Where the agent's id is in `/api/v1/console/agents/:id`.
const ID: usize = 4;

impl Call {
    /// The agent id of the path.
    ///
    /// # Errors
    /// 404: what is no id names no agent.
    pub fn agent_id(&self) -> Result<Uuid, Problem> {
        self.id(ID).ok_or_else(agent_not_found)
    }

    /// The agent of the path, if it is the team's.
    ///
    /// # Errors
    /// 404, for another team's too.
    pub async fn agent(&self, team: &str) -> Result<Agent, Problem> {
        let agent = agents::load(self.host.store(), self.agent_id()?).await?;
        agent.filter(|agent| agent.team == team).ok_or_else(agent_not_found)
    }
}

fn agent_not_found() -> Problem {
    Problem::NotFound("Agent not found".to_owned())
}
