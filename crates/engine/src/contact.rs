//! Finding and creating contacts.

use conversation::{Contact, identity};
use store::{Change, keys, to_json};
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

impl<H: Host> Engine<'_, H> {
    /// The contact of that id, if it is the team's.
    pub(crate) async fn contact(
        &self,
        team: &str,
        id: Uuid,
    ) -> Result<Option<Contact>, EngineError> {
        let contact: Option<Contact> =
            self.host.store().read_json(&keys::contact(&id.to_string())).await?;
        Ok(contact.filter(|contact| contact.team == team))
    }

    /// The contact of that address, created if there is none: one write more only if there is something new.
    pub(crate) async fn find_or_create_contact(
        &self,
        team: &str,
        address: &str,
        source: &str,
        known: Known<'_>,
    ) -> Result<Contact, EngineError> {
        let key = keys::contact(&identity::contact(team, address).to_string());
        let store = self.host.store();
        if let Some(contact) = store.read_json::<Contact>(&key).await?
            && !learns(&contact, known)
        {
            return Ok(contact);
        }
        let now = self.host.now();
        store
            .update(&key, async |current| {
                let mut contact = match &current {
                    Some(json) => store::from_json::<Contact>(&key, json)?,
                    None => Contact::new(team, address, source, now),
                };
                if current.is_some() && !learns(&contact, known) {
                    return Ok(Change::Keep(contact));
                }
                if contact.name.is_none() {
                    contact.name = known.name.map(str::to_owned);
                }
                if known.opt_in && contact.opted_in_at.is_none() && contact.opted_out_at.is_none() {
                    contact.opted_in_at = Some(now);
                }
                Ok(Change::Write(to_json(&key, &contact)?, contact))
            })
            .await
    }
}

fn learns(contact: &Contact, known: Known<'_>) -> bool {
    let name = contact.name.is_none() && known.name.is_some();
    let opt_in = known.opt_in && contact.opted_in_at.is_none() && contact.opted_out_at.is_none();
    name || opt_in
}
