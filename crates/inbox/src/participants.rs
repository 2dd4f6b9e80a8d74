//! `<phoneNumberId>#<customerPhoneNumberId>`: how the trigger API names a conversation.

use std::fmt;

use conversation::{Channel, Conversation, E164, identity};
use uuid::Uuid;

/// What an address begins with of whom a provider knows by an id of its own, not by a phone.
const ID_PREFIX: &str = "id:";

/// The two sides of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participants {
    /// The team's account on the channel.
    pub account: String,
    /// The customer's address there: E.164, or `id:` and an id of the channel.
    pub address: String,
}

impl Participants {
    /// Those of a conversation.
    #[must_use]
    pub fn of(conversation: &Conversation) -> Self {
        let Conversation { account, address, .. } = conversation;
        Self { account: account.clone(), address: address.clone() }
    }

    /// Those that two ids name. `None`: one is blank.
    #[must_use]
    pub fn new(account: &str, customer: &str) -> Option<Self> {
        let (account, customer) = (account.trim(), customer.trim());
        let named = !account.is_empty() && !customer.is_empty();
        named.then(|| Self { account: account.to_owned(), address: address(customer) })
    }

    /// Those that a text names. `None`: it names none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (account, customer) = text.split_once('#')?;
        Self::new(account, customer)
    }

    /// Their conversation's id on WhatsApp.
    #[must_use]
    pub fn conversation(&self, team: &str) -> Uuid {
        identity::conversation(team, Channel::Whatsapp, &self.account, &self.address)
    }

    /// The customer, as the API writes it: digits, or an id of the channel.
    #[must_use]
    pub fn customer(&self) -> &str {
        customer(&self.address)
    }
}

impl fmt::Display for Participants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.account, self.customer())
    }
}

/// How the API writes an address.
#[must_use]
pub(crate) fn customer(address: &str) -> &str {
    let id = address.strip_prefix(ID_PREFIX).or_else(|| address.strip_prefix('+'));
    id.unwrap_or(address)
}

/// Whether an address is one of WhatsApp's: a phone, or an id.
#[must_use]
pub(crate) fn is_of_whatsapp(address: &str) -> bool {
    customer(address) != address
}

/// Reads the digits of a phone, with `+` or without.
#[must_use]
pub(crate) fn phone(text: &str) -> Option<E164> {
    E164::from_digits(text).or_else(|_| E164::parse(text)).ok()
}

fn address(customer: &str) -> String {
    phone(customer).map_or_else(|| format!("{ID_PREFIX}{customer}"), |phone| phone.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_one_address_however_it_is_written_and_shown_as_digits() {
        for text in ["106#972501234567", "106#+972501234567", "106#+972 50-123-4567"] {
            let found = Participants::parse(text).map(|found| (found.to_string(), found.address));
            assert_eq!(
                found,
                Some(("106#972501234567".to_owned(), "+972501234567".to_owned())),
                "{text}"
            );
        }
        let by_id = Participants::parse("106#US.13491208655302741918");
        let by_id = by_id.map(|found| (found.to_string(), found.address));
        let shown = "106#US.13491208655302741918".to_owned();
        assert_eq!(by_id, Some((shown, "id:US.13491208655302741918".to_owned())));
    }

    #[test]
    fn what_lacks_a_side_names_none() {
        for text in ["", "106", "#", "106#", "#972501234567", "106# "] {
            assert_eq!(Participants::parse(text), None, "{text}");
        }
    }
}
