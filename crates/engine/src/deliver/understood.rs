//! What a provider's answer to a message means: for the message, for the account, and for what the contact is known by.

use channels::telephony;
use channels::whatsapp::{NO_MARKETING, Outcome};
use conversation::{Attempt, Body, Conversation, E164, Held, MessageError};
use flow::Content;
use teams::{Account, Sealed};

use super::error;
use crate::person::ID_PREFIX;

/// The code where an account's credentials cannot be opened.
pub(super) const NO_CREDENTIALS: &str = "no_credentials";

/// What came of one message, and what has to be remembered besides.
pub(crate) struct Sent {
    pub(super) attempt: Attempt,
    /// The provider knows the contact by another id than the address.
    pub(super) alias: Option<String>,
    /// A phone and an id that are one person's.
    pub(super) link: Option<(String, String)>,
    /// The provider refused the credentials.
    pub(super) stop: Option<Denied>,
    /// The contact has told the provider that it wants nothing.
    pub(super) opted_out: bool,
}

/// That the provider refused credentials: these, which may have been replaced meanwhile.
pub(crate) struct Denied {
    pub(super) error: MessageError,
    pub(super) credentials: Option<Sealed>,
}

impl Sent {
    /// Who waits for it is told that it failed, and may send it again: it must not go out later by itself. (Another host may have
    /// the key to credentials that this one cannot open.)
    pub(super) fn refuse_where_stopped(&mut self) {
        if let Attempt::Stopped(error) = &self.attempt
            && error.code != NO_CREDENTIALS
        {
            self.attempt = Attempt::Refused(error.clone());
        }
    }
}

impl From<Attempt> for Sent {
    fn from(attempt: Attempt) -> Self {
        Self { attempt, alias: None, link: None, stop: None, opted_out: false }
    }
}

impl Denied {
    pub(crate) fn of(account: Option<&Account>, error: MessageError) -> Self {
        Self { error, credentials: account.and_then(|account| account.credentials.clone()) }
    }
}

/// What an answer of a provider of telephony means.
pub(super) fn heard(account: Option<&Account>, outcome: telephony::Outcome) -> Sent {
    use telephony::Outcome;
    let coded = |code: i64, message: &str| error(&code.to_string(), message);
    match outcome {
        Outcome::Accepted { sid } => Attempt::Accepted { provider_id: sid }.into(),
        Outcome::Unknown => Attempt::Unanswered.into(),
        Outcome::Retry { code, message, after, backoff } => {
            let code = code.map_or_else(|| "unavailable".to_owned(), |code| code.to_string());
            Attempt::Retry { error: error(&code, &message), backoff, after }.into()
        }
        Outcome::StopChannel { code, message } => Sent {
            stop: Some(Denied::of(account, coded(code, &message))),
            ..Attempt::Stopped(coded(code, &message)).into()
        },
        Outcome::OptedOut { code, message } => {
            Sent { opted_out: true, ..Attempt::Refused(coded(code, &message)).into() }
        }
        Outcome::Never { code, message } | Outcome::OurBug { code, message } => {
            Attempt::Refused(coded(code, &message)).into()
        }
    }
}

/// What an answer means.
pub(super) fn understood(
    conversation: &Conversation,
    account: Option<&Account>,
    held: &Held,
    outcome: Outcome,
) -> Sent {
    let coded = |code: i64, message: &str| error(&code.to_string(), message);
    match outcome {
        Outcome::Accepted { message_id, wa_id, user_id } => {
            let attempt = Attempt::Accepted { provider_id: message_id };
            let (alias, link) = known_as(&conversation.address, wa_id, user_id);
            Sent { alias, link, ..attempt.into() }
        }
        Outcome::Unknown => Attempt::Unanswered.into(),
        Outcome::Retry { code, message, after, backoff } => {
            let code = code.map_or_else(|| "unavailable".to_owned(), |code| code.to_string());
            Attempt::Retry { error: error(&code, &message), backoff, after }.into()
        }
        Outcome::StopChannel { code, message, .. } => Sent {
            stop: Some(Denied::of(account, coded(code, &message))),
            ..Attempt::Stopped(coded(code, &message)).into()
        },
        Outcome::UseTemplate { code, message: why } if !is_template(held) => {
            Attempt::WindowClosed(coded(code, &why)).into()
        }
        Outcome::Never { code, message } => Sent {
            opted_out: code == NO_MARKETING,
            ..Attempt::Refused(coded(code, &message)).into()
        },
        Outcome::UseTemplate { code, message }
        | Outcome::BadTemplate { code, message }
        | Outcome::OurBug { code, message } => Attempt::Refused(coded(code, &message)).into(),
    }
}

/// What an answer tells of whom a message went to: an alias of its phone, or its phone and its id.
fn known_as(
    address: &str,
    wa_id: Option<String>,
    user_id: Option<String>,
) -> (Option<String>, Option<(String, String)>) {
    if address.starts_with(ID_PREFIX) {
        let phone = wa_id.and_then(|id| E164::from_digits(&id).ok());
        return (None, phone.map(|phone| (phone.to_string(), address.to_owned())));
    }
    let link = user_id.map(|id| (address.to_owned(), format!("{ID_PREFIX}{id}")));
    (wa_id.filter(|id| *id != address.trim_start_matches('+')), link)
}

fn is_template(held: &Held) -> bool {
    let Held::Message(message) = held else { return false };
    matches!(&message.body, Body::Outbound { content: Content::Template { .. } })
}
