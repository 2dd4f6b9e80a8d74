//! What a conversation changes in its contact, and what a contact agrees to: who opted out is sent nothing but answers
//! to what it writes afterwards.

use channels::whatsapp::Preference;
use contacts::Origin;
use conversation::{Contact, Conversation};
use flow::Timestamp;
use teams::Account;

use crate::{Engine, EngineError, Host};

impl<H: Host> Engine<'_, H> {
    /// Lets the contact's document know of a STOP, before whoever brought it is answered: from then on nothing that was
    /// written before is sent, and nothing is started, in any conversation. A STOP that comes again finds what a failure
    /// left to be told.
    pub(crate) async fn tell_consent(
        &self,
        conversation: &Conversation,
    ) -> Result<(), EngineError> {
        if conversation.has_consent_to_tell() {
            self.change_contact(conversation).await?;
        }
        Ok(())
    }

    /// Takes in what a contact says in its channel's settings: who wants no marketing is written to no more, like one
    /// that said STOP.
    pub(crate) async fn take_preference(
        &self,
        account: &Account,
        preference: &Preference,
    ) -> Result<(), EngineError> {
        let Some(address) = self.address_of(account, &preference.from).await? else {
            return Ok(());
        };
        let (store, now, team) = (self.host.store(), self.host.now(), &account.team);
        let at = preference.timestamp.unwrap_or(now);
        let act = |contact: &mut Contact| {
            contact.prefer(preference.stops, at);
            Ok::<_, EngineError>(())
        };
        if preference.stops {
            let origin = Origin { address: &address, source: "whatsapp" };
            contacts::find_or_create(store, team, origin, now, act).await?;
        } else {
            if let Some(person) = contacts::by_address(store, team, &address).await? {
                contacts::change(store, team, person.contact.id, now, act).await?;
            }
        }
        Ok(())
    }

    /// The provider refused a message, since the contact wants no marketing: it said so by then at the latest.
    pub(crate) async fn stop_marketing(
        &self,
        conversation: &Conversation,
        at: Timestamp,
    ) -> Result<(), EngineError> {
        let (store, now) = (self.host.store(), self.host.now());
        contacts::change(store, &conversation.team, conversation.contact_id, now, |contact| {
            contact.prefer(true, at);
            Ok::<_, EngineError>(())
        })
        .await?;
        Ok(())
    }

    /// Brings a conversation's changes to the contact's document. The number of the last one; `None`: there are none.
    pub(crate) async fn change_contact(
        &self,
        conversation: &Conversation,
    ) -> Result<Option<u64>, EngineError> {
        let Some(last) = conversation.changes.last() else { return Ok(None) };
        let (store, now) = (self.host.store(), self.host.now());
        contacts::change(store, &conversation.team, conversation.contact_id, now, |contact| {
            contact.apply(conversation);
            Ok::<_, EngineError>(())
        })
        .await?;
        Ok(Some(last.number))
    }
}
