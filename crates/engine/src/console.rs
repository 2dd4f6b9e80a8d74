//! What comes in by the console: a contact's words without a provider, a person's words to a contact, and the pause in
//! which a person may speak.

use agents::Agent;
use conversation::{
    AnswerMode, Applied, Channel, Conversation, EventId, Inbound, KeyUse, Pinned, Turn, TurnError,
};
use flow::Reply;
use serde_json::json;
use store::keys;
use teams::{Account, Team};
use uuid::Uuid;

use crate::contact::Known;
use crate::party::Party;
use crate::programs::Loaded;
use crate::turn::{Commit, Committed, NotCommitted};
use crate::{Engine, EngineError, Host};

/// Where something is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a conversation that exists, of this agent.
    Conversation(Uuid),
    /// In the agent's conversation with this contact; it is created if there is none.
    Contact {
        /// Where.
        channel: Channel,
        /// The contact's address: E.164, or another id of the channel.
        address: String,
        /// What the contact is called there.
        username: Option<String>,
        /// Whether nothing is to leave.
        test: bool,
    },
}

/// Words in a conversation of an agent.
#[derive(Debug)]
pub struct Words<'a> {
    /// The agent, which is the team's.
    pub agent: &'a Agent,
    /// Where.
    pub place: Place,
    /// What is said.
    pub text: &'a str,
    /// The id of the request: the same one again says nothing twice.
    pub request: Uuid,
    /// Whether the request may come again, after up to a week.
    pub may_repeat: bool,
}

/// Why nothing was said.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// The agent has no such channel.
    #[error("the channel is not configured for this agent")]
    NoChannel(Channel),
    /// There is no such conversation.
    #[error("no such conversation")]
    NotFound,
    /// The turn was refused.
    #[error(transparent)]
    Turn(#[from] TurnError),
    /// It could not be done now.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<NotCommitted> for WordsError {
    fn from(error: NotCommitted) -> Self {
        match error {
            NotCommitted::Turn(error) => Self::Turn(error),
            NotCommitted::Engine(error) => Self::Engine(error),
        }
    }
}

/// What the event of a request is known by, and the message it brought.
#[must_use]
pub fn request_event(request: Uuid) -> EventId {
    EventId::of("console", &request.to_string())
}

impl<H: Host> Engine<'_, H> {
    /// Takes what a contact says to an agent, as a channel would bring it.
    ///
    /// # Errors
    /// [`WordsError`]; nothing was heard then, though a contact may have been created.
    pub async fn hear(&self, words: &Words<'_>) -> Result<Committed<Applied>, WordsError> {
        let inbound = Inbound {
            event: request_event(words.request),
            provider_id: words.request.to_string(),
            sent_at: (!words.may_repeat).then(|| self.host.now()),
            kind: "text".to_owned(),
            content: json!({"body": words.text}),
            reply: Reply::text(words.text),
        };
        let events = [(inbound.event, inbound.sent_at)];
        let committed = self
            .speak_in(words, &events, Some(words.agent.workflow_id), |turn, conversation, route| {
                turn.inbound(conversation, &inbound, route)
            })
            .await?;
        self.tell_consent(&committed.conversation).await?;
        Ok(committed)
    }

    /// Says what a person of the team writes to a contact.
    ///
    /// # Errors
    /// [`WordsError`]; nothing was said then.
    pub async fn say(&self, words: &Words<'_>) -> Result<Committed<Applied>, WordsError> {
        let event = request_event(words.request);
        let events = [(event, (!words.may_repeat).then(|| self.host.now()))];
        self.speak_in(words, &events, None, |turn, conversation, _| {
            turn.speak(conversation, event, words.text)
        })
        .await
    }

    /// Lets automation rest in a conversation, or go on, once for each use of a key.
    ///
    /// # Errors
    /// [`WordsError`]; nothing was changed then.
    pub async fn pause(
        &self,
        agent: &Agent,
        conversation: Uuid,
        paused: bool,
        used: &KeyUse,
    ) -> Result<Committed<()>, WordsError> {
        self.take_over(Some(agent), conversation, |turn, conversation| {
            turn.pause(conversation, paused, used)
        })
        .await
    }

    /// Says who answers in a conversation, once for each use of a key.
    ///
    /// # Errors
    /// [`WordsError`]; nothing was changed then.
    pub async fn answer_by(
        &self,
        conversation: &Conversation,
        mode: AnswerMode,
        used: &KeyUse,
    ) -> Result<Committed<()>, WordsError> {
        let agent = match conversation.agent {
            Some(id) => agents::load(self.host.store(), id).await.map_err(EngineError::from)?,
            None => None,
        };
        let agent = agent.filter(|agent| agent.team == conversation.team);
        self.take_over(agent.as_ref(), conversation.id, |turn, conversation| {
            turn.answer_by(conversation, mode, used)
        })
        .await
    }

    async fn take_over(
        &self,
        agent: Option<&Agent>,
        conversation: Uuid,
        mut act: impl FnMut(&mut Turn<'_, Loaded>, &mut Conversation) -> Result<(), TurnError>,
    ) -> Result<Committed<()>, WordsError> {
        let commit = Commit { agent, ..Commit::of(conversation, self.host.random()) };
        let committed =
            self.commit(commit, |turn, conversation, _| act(turn, conversation)).await?;
        committed.ok_or(WordsError::NotFound)
    }

    pub(crate) async fn speak_in(
        &self,
        words: &Words<'_>,
        events: &[(EventId, Option<flow::Timestamp>)],
        route: Option<Uuid>,
        act: impl FnMut(
            &mut Turn<'_, Loaded>,
            &mut Conversation,
            Option<&Pinned>,
        ) -> Result<Applied, TurnError>,
    ) -> Result<Committed<Applied>, WordsError> {
        let (id, party) = match &words.place {
            Place::Conversation(id) => (*id, None),
            Place::Contact { .. } => {
                let party = self.console_party(words).await?;
                (party.conversation(), Some(party))
            }
        };
        let commit = Commit {
            party: party.as_ref(),
            agent: Some(words.agent),
            events,
            route,
            ..Commit::of(id, self.host.random())
        };
        self.commit(commit, act).await?.ok_or(WordsError::NotFound)
    }

    /// With whom, and where: a live conversation takes place on the agent's own account.
    async fn console_party(&self, words: &Words<'_>) -> Result<Party, WordsError> {
        let Place::Contact { channel, address, username, test } = &words.place else {
            return Err(WordsError::NotFound);
        };
        let team = words.agent.team.clone();
        let account = match test {
            true => format!("test:{}", words.agent.id),
            false => self.account_of_agent(words.agent, *channel).await?,
        };
        let known = Known { name: username.as_deref(), opt_in: false };
        let contact = self.find_or_create_contact(&team, address, "console", known).await?;
        let address = self.address_on((*channel, &account), &contact, address).await?;
        let username = username.clone();
        Ok(Party { team, channel: *channel, account, address, username, contact })
    }

    /// The account of a channel on which an agent answers: the first of the team's that names it.
    async fn account_of_agent(
        &self,
        agent: &Agent,
        channel: Channel,
    ) -> Result<String, WordsError> {
        let store = self.host.store();
        let team: Option<Team> =
            store.read_json(&keys::team(&agent.team)).await.map_err(EngineError::from)?;
        for account in team.unwrap_or_default().accounts(channel) {
            let account: Option<Account> = self.account(channel, account).await?;
            let account = account.filter(|account| account.team == agent.team);
            if let Some(account) = account.filter(|account| account.agent_id == Some(agent.id)) {
                return Ok(account.account);
            }
        }
        Err(WordsError::NoChannel(channel))
    }
}
