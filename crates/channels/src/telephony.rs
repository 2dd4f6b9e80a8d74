//! Telephony as Twilio has it: webhooks of calls and texts in, TwiML and REST requests out, and what Twilio's answers
//! mean.
//!
//! Facts are from twilio.com/docs, cited by page where they are used, and from contract/channel-telephony.md. The
//! order for a webhook is fixed: [`params`] of the raw body, [`signature_matches`] over them, then what they say.

mod api;
mod call;
mod choice;
mod form;
mod language;
mod outcome;
mod piece;
mod press;
mod signature;
mod sms;
mod speech;
mod status;
mod text;
mod twiml;

pub use api::{Api, MAX_BODY_CHARS};
pub use call::{CallRequest, CallStatus};
pub use choice::{Choice, answer, choices, read_choice};
pub use form::{MAX_PARAMS, params};
pub use language::{Voice, language_is_valid};
pub use outcome::{Class, Outcome, outcome};
pub use press::{Phrase, phrase};
pub use signature::{sign, signature_matches};
pub use sms::texts;
pub use speech::{MAX_SAY_CHARS, speech};
pub use status::{TextState, TextStatus};
pub use text::TextMessage;
pub use twiml::{Verb, twiml};

pub use crate::unsendable::BuildError as Unsendable;
