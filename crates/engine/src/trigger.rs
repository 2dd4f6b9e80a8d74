//! Starting a workflow for a contact: what the actions and the trigger surfaces do, each with its own words.

use agents::Agent;
use contacts::ContactRef;
use conversation::{
    Applied, Channel, Contact, E164, EventId, Ids, KeyUse, Trigger, TurnError, identity,
};
use flow::{Kind, Program};
use serde_json::{Map, Value};
use store::keys;
use teams::{Account, Team};
use uuid::Uuid;
use workflows::Head;

use crate::contact::Known;
use crate::party::Party;
use crate::turn::{Commit, Committed, NotCommitted};
use crate::{Engine, EngineError, Host};

/// A request to start a workflow.
#[derive(Debug)]
pub struct TriggerRequest<'a> {
    /// Whose request it is.
    pub team: &'a str,
    /// What to start.
    pub workflow: Uuid,
    /// Of which kind it has to be; of either when absent.
    pub kind: Option<Kind>,
    /// For whom. By a phone the contact is created if there is none, and opted in.
    pub contact: ContactRef,
    /// The account to send from: a WhatsApp one, or the number to call from; the team's first of WhatsApp when absent.
    pub account: Option<&'a str>,
    /// The node to start from; the entry when absent.
    pub start_at: Option<String>,
    /// Read by templates as `context` and `trigger`; at most [`conversation::limits::CONTEXT_BYTES`].
    pub context: Map<String, Value>,
    /// The `Idempotency-Key` and the request's route, when there is a key.
    pub key: Option<Key<'a>>,
}

/// An `Idempotency-Key` as it came.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    /// The key.
    pub key: &'a str,
    /// The route it came on: the same key on another route is another key.
    pub route: &'a str,
    /// The request's body.
    pub body: &'a [u8],
}

/// A workflow that runs for a contact.
#[derive(Debug)]
pub struct Started {
    /// The session.
    pub session: Uuid,
    /// Whether it had been running before.
    pub already_running: bool,
    /// The workflow's name, as published.
    pub workflow_name: String,
    /// For whom.
    pub contact: Uuid,
    /// What is to be delivered after the answer.
    pub committed: Committed<Applied>,
}

/// Why nothing was started. Each surface has its own words and status for these.
#[derive(Debug, thiserror::Error)]
pub enum TriggerError {
    /// No such workflow of this team and kind, or not published.
    #[error("no such published workflow")]
    WorkflowNotFound,
    /// It has no graph.
    #[error("the workflow has no entry node")]
    NoEntry,
    /// No such contact of this team.
    #[error("no such contact")]
    ContactNotFound,
    /// The contact has no phone number.
    #[error("the contact has no phone number")]
    NoPhone,
    /// The team has no such WhatsApp account, or none at all.
    #[error("no such WhatsApp account")]
    NoAccount,
    /// The contact opted out.
    #[error("the contact opted out")]
    OptedOut,
    /// The turn was refused.
    #[error(transparent)]
    Turn(#[from] TurnError),
    /// It could not be done now.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<store::StoreError> for TriggerError {
    fn from(error: store::StoreError) -> Self {
        Self::Engine(error.into())
    }
}

impl From<NotCommitted> for TriggerError {
    fn from(error: NotCommitted) -> Self {
        match error {
            NotCommitted::Turn(TurnError::OptedOut) => Self::OptedOut,
            NotCommitted::Turn(error) => Self::Turn(error),
            NotCommitted::Engine(error) => Self::Engine(error),
        }
    }
}

impl<H: Host> Engine<'_, H> {
    /// Starts a published workflow for a contact, unless it runs for that contact already.
    ///
    /// # Errors
    /// [`TriggerError`]; nothing was started then, though a contact may have been created.
    pub async fn trigger(&self, request: &TriggerRequest<'_>) -> Result<Started, TriggerError> {
        let head = workflows::head(self.host.store(), request.team, request.workflow).await?;
        let head = head.filter(|head| request.kind.is_none_or(|kind| kind == head.kind()));
        let release =
            head.as_ref().and_then(Head::release).ok_or(TriggerError::WorkflowNotFound)?;
        let content = release.content.as_str();
        let published = self.published(request.workflow, content).await?;
        let published = published.ok_or(TriggerError::Turn(TurnError::Unavailable))?;
        let program =
            published.program.as_ref().ok_or(TriggerError::Turn(TurnError::Unavailable))?;
        program.entry().ok_or(TriggerError::NoEntry)?;
        check_start(program, request.start_at.as_deref())?;
        let known = self.known_contact(request).await?;
        let account = match self.sending_account(request.team, request.account).await? {
            Some(account) => Some(account),
            None => self.calling_account(request.team, request.account).await?,
        };
        let account = account.ok_or(TriggerError::NoAccount)?;
        let (event, session, key) = self.identify(request.team, request.key.as_ref());
        let agent = self.agent_of(&account).await?;
        let party = self.party(request, known, &account).await?;
        let pinned = published.pinned(request.workflow, content);
        let trigger = Trigger {
            event,
            session,
            workflow: pinned,
            start_at: request.start_at.clone(),
            context: request.context.clone(),
            source: "api".to_owned(),
            key,
        };
        let mut committed = self.start(&party, agent.as_ref(), &trigger).await?;
        committed.account = Some(account);
        let (session, already_running) = match committed.result {
            Applied::AlreadyRunning(session) => (session, true),
            _ => (trigger.session, false),
        };
        Ok(Started {
            session,
            already_running,
            workflow_name: trigger.workflow.name,
            contact: party.contact.id,
            committed,
        })
    }

    /// With whom a session is started; the turn asks whether the contact lets us.
    async fn party(
        &self,
        request: &TriggerRequest<'_>,
        known: Option<Contact>,
        Account { kind: channel, account, .. }: &Account,
    ) -> Result<Party, TriggerError> {
        let (contact, address) = match (known, &request.contact) {
            (Some(contact), _) => {
                let phone = contact.phone.clone().ok_or(TriggerError::NoPhone)?;
                (contact, phone)
            }
            (None, ContactRef::Id(_)) => return Err(TriggerError::ContactNotFound),
            (None, ContactRef::Phone(phone)) => {
                let known = Known { name: None, opt_in: true };
                let contact =
                    self.find_or_create_contact(request.team, phone.as_str(), "api", known).await?;
                (contact, phone.to_string())
            }
        };
        let team = request.team.to_owned();
        let address = self.address_on((*channel, account.as_str()), &contact, &address).await?;
        let (channel, account) = (*channel, account.clone());
        Ok(Party { team, channel, account, address, username: None, contact })
    }

    /// The contact a request names, if it exists and no word about it is new.
    async fn known_contact(
        &self,
        request: &TriggerRequest<'_>,
    ) -> Result<Option<Contact>, TriggerError> {
        match request.contact {
            ContactRef::Id(id) => {
                let contact = self.contact(request.team, id).await?;
                contact.map(Some).ok_or(TriggerError::ContactNotFound)
            }
            ContactRef::Phone(_) => Ok(None),
        }
    }

    /// The number of the team that a request names, written in any of the usual ways, or as bare digits.
    async fn calling_account(
        &self,
        team: &str,
        named: Option<&str>,
    ) -> Result<Option<Account>, EngineError> {
        let Some(named) = named else { return Ok(None) };
        let Ok(phone) = E164::from_digits(named).or_else(|_| E164::parse(named)) else {
            return Ok(None);
        };
        let account = self.account(Channel::Telephony, phone.as_str()).await?;
        Ok(account.filter(|account| account.team == team))
    }

    /// The WhatsApp account to send from: the one named, or the team's first. `None`: there is no such.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sending_account(
        &self,
        team: &str,
        named: Option<&str>,
    ) -> Result<Option<Account>, EngineError> {
        let store = self.host.store();
        let listed: Option<Team> = store.read_json(&keys::team(team)).await?;
        let listed = listed.unwrap_or_default();
        let mut accounts = listed.accounts(Channel::Whatsapp);
        if let Some(named) = named {
            let Some(named) = accounts.find(|account| *account == named) else { return Ok(None) };
            return self.own_account(team, named).await;
        }
        // Also one that is stopped: sessions run there, and must be found again.
        for account in accounts {
            if let Some(own) = self.own_account(team, account).await? {
                return Ok(Some(own));
            }
        }
        Ok(None)
    }

    /// A WhatsApp account that a team lists. The list is written before the account: the account's own document says whose
    /// it is.
    async fn own_account(&self, team: &str, listed: &str) -> Result<Option<Account>, EngineError> {
        let account = self.account(Channel::Whatsapp, listed).await?;
        Ok(account.filter(|account| account.team == team))
    }

    /// The event of a request, and the id of what it makes: derived from its `Idempotency-Key`, else drawn.
    pub(crate) fn identify(
        &self,
        team: &str,
        key: Option<&Key<'_>>,
    ) -> (EventId, Uuid, Option<KeyUse>) {
        if let Some(Key { key, route, body }) = key {
            let made = identity::keyed(team, route, key);
            let event = EventId::of("key", &made.to_string());
            let body = EventId::of_bytes("body", body);
            return (event, made, Some(KeyUse { key: event, body }));
        }
        let made = Ids::new(self.host.random()).next(self.host.now());
        (EventId::of("request", &made.to_string()), made, None)
    }

    async fn start(
        &self,
        party: &Party,
        agent: Option<&Agent>,
        trigger: &Trigger,
    ) -> Result<Committed<Applied>, TriggerError> {
        let events = [(trigger.event, None)];
        let commit = Commit {
            party: Some(party),
            agent,
            events: &events,
            start: Some(&trigger.workflow),
            ..Commit::of(party.conversation(), self.host.random())
        };
        let committed = self
            .commit(commit, |turn, conversation, _| turn.trigger(conversation, trigger))
            .await?;
        committed.ok_or(TriggerError::ContactNotFound)
    }
}

fn check_start(program: &Program, start_at: Option<&str>) -> Result<(), TriggerError> {
    match start_at {
        Some(node) if !program.contains(node) => {
            Err(TurnError::UnknownNode(node.to_owned()).into())
        }
        _ => Ok(()),
    }
}
