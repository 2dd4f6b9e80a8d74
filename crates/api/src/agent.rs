//! What the agent endpoints of the console share: finding and refusing.

use agents::{Agent, WriteError};
use engine::Host as _;
use uuid::Uuid;

use crate::workflow::workflow_not_found;
use crate::{Call, Problem, Rule};

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

impl From<WriteError> for Problem {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::NotFound => agent_not_found(),
            WriteError::WorkflowNotFound => workflow_not_found(),
            WriteError::KnowledgeNotFound => Self::NotFound("Knowledge base not found".to_owned()),
            WriteError::KeyReused => Self::key_reused(),
            WriteError::TooMany(most) => {
                let message =
                    format!("Agent limit reached for your plan: a team may have {most} agents.");
                Self::Rule(Rule::new("agent_limit_reached", message))
            }
            WriteError::TooMuchKnowledge(most) => {
                Self::rule(format!("An agent may have {most} knowledge bases."))
            }
            WriteError::Workflow(error) => error.into(),
            WriteError::Store(error) => error.into(),
        }
    }
}
