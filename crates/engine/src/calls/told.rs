//! What the engine looks up for the language model, when it is about to be asked: turns without it cost nothing.

use agents::{Knowledge, Profile};
use conversation::{Call, Conversation};

use super::model::Told;
use crate::{Engine, EngineError, Host};

impl<H: Host> Engine<'_, H> {
    pub(super) async fn told(
        &self,
        conversation: &Conversation,
        call: &Call,
    ) -> Result<Told, EngineError> {
        let instructions = self.instructions(conversation, call).await?;
        Ok(Told { instructions, agent: self.agent(conversation).await? })
    }

    /// The agent that answers in a conversation. One that is deleted, or another team's, is none.
    async fn agent(
        &self,
        conversation: &Conversation,
    ) -> Result<Option<(Profile, Knowledge)>, EngineError> {
        let Some(id) = conversation.agent else { return Ok(None) };
        let agent = agents::load(self.host.store(), id).await?;
        let Some(agent) = agent.filter(|agent| agent.team == conversation.team) else {
            return Ok(None);
        };
        let knowledge = agents::knowledge(self.host.store(), id).await?;
        Ok(Some((agent.profile, knowledge)))
    }

    /// Of the workflow in which the session stands.
    async fn instructions(
        &self,
        conversation: &Conversation,
        call: &Call,
    ) -> Result<String, EngineError> {
        let Some(session) = conversation.sessions.iter().find(|s| s.id == call.session) else {
            return Ok(String::new());
        };
        let called = session.state.pin.as_ref();
        let called =
            called.and_then(|pin| Some((pin.workflow.parse().ok()?, pin.content.as_str())));
        let (workflow, content) = called.unwrap_or((session.workflow, session.content.as_str()));
        let published = self.published(workflow, content).await?;
        let program = published.as_ref().and_then(|published| published.program.as_ref());
        Ok(program.map(|program| program.instructions().to_owned()).unwrap_or_default())
    }
}
