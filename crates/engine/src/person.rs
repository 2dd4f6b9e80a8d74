//! Who writes on WhatsApp, and in which conversation: one contact and one conversation for the phone and the `user_id` of
//! a person, whichever is known first (contract/channel-whatsapp.md, BSUID).
//!
//! Which contact it is, `contacts` decides. On an account a contact of two addresses goes on in the conversation that there
//! is, whose id and address stay: a person who first came without a phone is known there by the `user_id`, also once the
//! phone has appeared and the team writes to that. Nothing else has to be kept for it, so nothing can contradict it.
//!
//! Where a phone and an id had a contact each before they were known to be one, the phone's goes on. What a provider
//! delivers again is then looked for in the id's conversation as well. Only a message that is delivered twice in the very
//! moment in which a third links the two can be taken twice. A number that a person gives up for another is another
//! contact, unless WhatsApp tells the `user_id` of both.

use channels::whatsapp::Sender;
use contacts::{Origin, Person};
use conversation::{Channel, Contact, Conversation, E164, EventId, identity};
use flow::Timestamp;
use store::keys;
use teams::Account;
use uuid::Uuid;

use crate::contact::Known;
use crate::{Engine, EngineError, Host};

/// What the address of a contact begins with whom the provider knows by an id of its own, not by a phone.
pub(crate) const ID_PREFIX: &str = "id:";

const SOURCE: &str = "whatsapp";

/// Who wrote.
pub(crate) struct Writer {
    pub(crate) contact: Contact,
    /// Of the conversation.
    pub(crate) address: String,
    /// Conversations in which the same message may have been taken before.
    pub(crate) before: Vec<Uuid>,
}

impl<H: Host> Engine<'_, H> {
    /// Who wrote a message, created if nobody did before. `None`: what it is known by cannot be read.
    pub(crate) async fn writer(
        &self,
        account: &Account,
        sender: &Sender,
        known: Known<'_>,
    ) -> Result<Option<Writer>, EngineError> {
        let Some(given) = self.address_of(account, sender).await? else { return Ok(None) };
        let (store, team, now) = (self.host.store(), account.team.as_str(), self.host.now());
        let origin = Origin { address: &given, source: SOURCE };
        let act = |contact: &mut Contact| {
            known.tell(contact, now);
            Ok::<_, EngineError>(())
        };
        let person = match sender.user_id.as_deref().filter(|_| given.starts_with('+')) {
            Some(id) => {
                let id = format!("{ID_PREFIX}{id}");
                contacts::find_or_create_linked(store, team, (origin, &id), now, act).await?
            }
            None => contacts::find_or_create_person(store, team, origin, now, act).await?,
        };
        let Person { contact, before } = person;
        let place = (account.kind, account.account.as_str());
        // Where none of its addresses has a conversation, the id that was told is the one: so does whoever is told it alone.
        let id = sender.user_id.as_ref().map(|id| format!("{ID_PREFIX}{id}"));
        let given = id.filter(|id| contact.address.as_ref() == Some(id)).unwrap_or(given);
        let address = self.address_on(place, &contact, &given).await?;
        let others = before.iter().filter(|other| **other != address);
        let others =
            others.map(|other| identity::conversation(team, place.0, place.1, other)).collect();
        Ok(Some(Writer { contact, address, before: others }))
    }

    /// The address by which an account's conversation with a contact is known, whose address `given` is as well: that
    /// of the one that there is.
    pub(crate) async fn address_on(
        &self,
        (channel, account): (Channel, &str),
        contact: &Contact,
        given: &str,
    ) -> Result<String, EngineError> {
        let Contact { team, phone, address, .. } = contact;
        let (Some(phone), Some(own)) = (phone, address) else {
            let is_own = identity::contact(team, given) == contact.id;
            let known = phone.as_deref().or(address.as_deref()).filter(|_| !is_own);
            return Ok(known.unwrap_or(given).to_owned());
        };
        for address in [own, phone] {
            let id = identity::conversation(team, channel, account, address);
            let key = keys::conversation(&id.to_string());
            if self.host.store().read(&key).await?.is_some() {
                return Ok(address.clone());
            }
        }
        Ok(given.to_owned())
    }

    /// Notes that a phone and an id of the provider are one person's.
    pub(crate) async fn link(&self, team: &str, phone: &str, id: &str) -> Result<(), EngineError> {
        let (store, now) = (self.host.store(), self.host.now());
        let origin = Origin { address: phone, source: SOURCE };
        let nothing = |_: &mut Contact| Ok::<_, EngineError>(());
        contacts::find_or_create_linked(store, team, (origin, id), now, nothing).await?;
        Ok(())
    }

    /// Whether a message was taken in one of these conversations.
    pub(crate) async fn was_taken_in(
        &self,
        conversations: &[Uuid],
        event: EventId,
        sent_at: Option<Timestamp>,
    ) -> Result<bool, EngineError> {
        for id in conversations {
            let key = keys::conversation(&id.to_string());
            let conversation: Option<Conversation> = self.host.store().read_json(&key).await?;
            let Some(conversation) = conversation else { continue };
            if conversation.seen.contains(event)
                || !self.older(&conversation, &[(event, sent_at)]).await?.is_empty()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The address that a sender's ids name: of the phone if one is told. It may be another of a contact that is known by
    /// a different one.
    pub(crate) async fn address_of(
        &self,
        account: &Account,
        sender: &Sender,
    ) -> Result<Option<String>, EngineError> {
        match sender.wa_id.as_deref().or(sender.user_id.as_deref()) {
            Some(id) => self.address(account, id).await,
            None => Ok(None),
        }
    }

    /// The address of whom the provider knows by `id`.
    pub(crate) async fn address(
        &self,
        account: &Account,
        id: &str,
    ) -> Result<Option<String>, EngineError> {
        let alias = keys::alias(account.kind.as_str(), &account.account, id);
        if let Some(address) = self.host.store().get(&alias).await? {
            return Ok(String::from_utf8(address).ok());
        }
        Ok(Some(
            E164::from_digits(id)
                .map_or_else(|_| format!("{ID_PREFIX}{id}"), |phone| phone.to_string()),
        ))
    }

    /// The conversation with whom the provider knows by `id`, if there is a contact.
    pub(crate) async fn conversation_with(
        &self,
        account: &Account,
        id: &str,
    ) -> Result<Option<Uuid>, EngineError> {
        let Some(given) = self.address(account, id).await? else { return Ok(None) };
        let person = contacts::by_address(self.host.store(), &account.team, &given).await?;
        let Some(Person { contact, .. }) = person else { return Ok(None) };
        let place = (account.kind, account.account.as_str());
        let address = self.address_on(place, &contact, &given).await?;
        Ok(Some(identity::conversation(&account.team, place.0, place.1, &address)))
    }
}
