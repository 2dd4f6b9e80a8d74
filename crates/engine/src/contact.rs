//! Finding and creating contacts, as the engine needs it.

use contacts::Origin;
use conversation::Contact;
use flow::Timestamp;
use uuid::Uuid;

use crate::{Engine, EngineError, Host};

/// What a request tells about a contact.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Known<'a> {
    /// The name, taken where the contact has none.
    pub(crate) name: Option<&'a str>,
    /// Whether the team says that the contact agreed to messages. Never lifts an opt-out.
    pub(crate) opt_in: bool,
}

impl Known<'_> {
    pub(crate) fn tell(self, contact: &mut Contact, now: Timestamp) {
        if contact.name.is_none() {
            contact.name = self.name.map(str::to_owned);
        }
        if self.opt_in {
            contact.presume_consent(now);
        }
    }
}

impl<H: Host> Engine<'_, H> {
    /// The contact of that id, if it is the team's.
    pub(crate) async fn contact(
        &self,
        team: &str,
        id: Uuid,
    ) -> Result<Option<Contact>, EngineError> {
        Ok(contacts::load(self.host.store(), team, id).await?)
    }

    /// The contact of that address, created if there is none: one write more only if there is something new.
    pub(crate) async fn find_or_create_contact(
        &self,
        team: &str,
        address: &str,
        source: &str,
        known: Known<'_>,
    ) -> Result<Contact, EngineError> {
        let (store, now) = (self.host.store(), self.host.now());
        let origin = Origin { address, source };
        contacts::find_or_create(store, team, origin, now, |contact| {
            known.tell(contact, now);
            Ok(())
        })
        .await
    }
}
