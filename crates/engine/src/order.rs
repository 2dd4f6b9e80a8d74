//! Sending one message on a backend's word: what the actions and the trigger APIs do beside starting
//! workflows.

use conversation::{Applied, Channel, Contact, Order, TurnError};
use flow::Content;
use teams::Account;
use uuid::Uuid;

use crate::contact::Known;
use crate::party::Party;
use crate::person::ID_PREFIX;
use crate::turn::{Commit, Committed, NotCommitted};
use crate::{Engine, EngineError, Host, Key};

/// A message to be sent.
#[derive(Debug)]
pub struct OrderRequest<'a> {
    /// The account to send from, of the team whose request it is.
    pub account: &'a Account,
    /// To whom: E.164, whose contact is created if there is none; or `id:` and the id by which WhatsApp knows a contact that
    /// there is. Either is opted in.
    pub address: &'a str,
    /// What.
    pub content: Content,
    /// The provider's id of the message that it answers, where it is to show that.
    pub reply_to: Option<&'a str>,
    /// The `Idempotency-Key` and the request's route, when there is a key.
    pub key: Option<Key<'a>>,
}

/// A message that is in the outbox, or failed at once, or was ordered before.
#[derive(Debug)]
pub struct Ordered {
    /// The message's id in the conversation's log.
    pub message: Uuid,
    /// To whom.
    pub contact: Uuid,
    /// What is to be delivered.
    pub committed: Committed<Applied>,
}

/// Why nothing is sent. A contact may have been created.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// The id is no contact's.
    #[error("no such contact")]
    NoContact,
    /// The turn was refused.
    #[error(transparent)]
    Turn(#[from] TurnError),
    /// It could not be done now.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<NotCommitted> for OrderError {
    fn from(error: NotCommitted) -> Self {
        match error {
            NotCommitted::Turn(error) => Self::Turn(error),
            NotCommitted::Engine(error) => Self::Engine(error),
        }
    }
}

impl<H: Host> Engine<'_, H> {
    /// Commits a message to the log and the outbox of the contact's conversation, once for each `Idempotency-Key`.
    ///
    /// # Errors
    /// [`OrderError`]; nothing was committed to the conversation then.
    pub async fn order(&self, request: &OrderRequest<'_>) -> Result<Ordered, OrderError> {
        let account = request.account;
        let agent = self.agent_of(account).await?;
        let contact = self.contact_to_write_to(&account.team, request.address).await?;
        let place = (Channel::Whatsapp, account.account.as_str());
        let address = self.address_on(place, &contact, request.address).await?;
        let (event, message, key) = self.identify(&account.team, request.key.as_ref());
        // A request without a key does not come again: no page of older events is read for it.
        let events = [(event, key.is_none().then(|| self.host.now()))];
        let party = Party {
            team: account.team.clone(),
            channel: Channel::Whatsapp,
            account: account.account.clone(),
            address,
            username: None,
            contact,
        };
        let commit = Commit {
            party: Some(&party),
            agent: agent.as_ref(),
            events: &events,
            ..Commit::of(party.conversation(), self.host.random())
        };
        let (content, reply_to) = (request.content.clone(), request.reply_to.map(str::to_owned));
        let order = Order { event, message, content, reply_to, key };
        let committed =
            self.commit(commit, |turn, conversation, _| turn.order(conversation, &order)).await?;
        let gone = || EngineError::Unwritable(party.conversation().to_string());
        let committed = committed.ok_or_else(gone)?;
        Ok(Ordered { message, contact: party.contact.id, committed })
    }

    /// The contact of an address. Nobody is created by an id: those are WhatsApp's to tell.
    async fn contact_to_write_to(&self, team: &str, address: &str) -> Result<Contact, OrderError> {
        if address.starts_with(ID_PREFIX) {
            let known = contacts::by_address(self.host.store(), team, address).await;
            known.map_err(EngineError::from)?.ok_or(OrderError::NoContact)?;
        }
        let known = Known { name: None, opt_in: true };
        Ok(self.find_or_create_contact(team, address, "api", known).await?)
    }
}
