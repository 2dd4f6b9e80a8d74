//! What Twilio's answer to a request means, by its `code` (page: api/errors).

use std::time::Duration;

use http::HeaderMap;
use serde_json::Value;

use crate::backoff::{Backoff, after};

/// What to do after a request. Every variant but `Accepted` and `Unknown` means that it was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Twilio took it. What becomes of it, a status says.
    Accepted {
        /// Twilio's id (`CA…`, `SM…`), which statuses name.
        sid: String,
    },
    /// A 2xx that names no id, or a 5xx without a code: it may have been accepted.
    Unknown,
    /// Send again later.
    Retry {
        /// Twilio's code, if it gave one.
        code: Option<i64>,
        /// For the log.
        message: String,
        /// What Twilio asked for (`Retry-After`, in seconds; at most a day).
        after: Option<Duration>,
        /// How long to wait where it asked for nothing.
        backoff: Backoff,
    },
    /// Nothing can be sent from this account or number until somebody repairs it.
    StopChannel {
        /// Twilio's code.
        code: i64,
        /// For the log.
        message: String,
    },
    /// The contact wrote STOP to this number, and Twilio keeps to it (21610): not before they write START.
    OptedOut {
        /// Twilio's code.
        code: i64,
        /// For the log.
        message: String,
    },
    /// Not to this recipient: it fails, others may go.
    Never {
        /// Twilio's code.
        code: i64,
        /// For the log.
        message: String,
    },
    /// A request that should not have been built, or a code that is not known here: it fails.
    OurBug {
        /// Twilio's code.
        code: i64,
        /// For the log.
        message: String,
    },
}

/// The classes of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Passes by itself.
    Retry,
    /// Stops the channel: the account, its credentials or its number must be repaired.
    StopChannel,
    /// The contact's will.
    OptedOut,
    /// Not to this recipient.
    Never,
    /// The request's fault.
    OurBug,
}

impl Class {
    /// `None` for a code that is not known here.
    ///
    /// A `From` that is not the account's stops the channel, for calls and texts fail alike until its account or number is
    /// corrected. A `From` that only cannot send texts, or not to that country (21606: "for this destination"), fails the
    /// text: a number for voice alone must go on with its calls. So does a country that the account has not enabled.
    #[must_use]
    pub fn of(code: i64) -> Option<Self> {
        Some(match code {
            // Limits of the account and of the number's queue; faults of Twilio.
            10004 | 14107 | 20429 | 20500 | 20503 | 21611 | 30001 | 30022 => Self::Retry,
            // The account: inactive, on trial, suspended; the credentials.
            10001 | 10002 | 20003 | 20005 | 20006 | 20008 | 20403 | 20404 | 30002 => {
                Self::StopChannel
            }
            // The number is not the account's, or none.
            21210 | 21212 | 21659 | 21660 => Self::StopChannel,
            21610 => Self::OptedOut,
            // No such number, or nobody can reach it.
            13223..=13225 | 21211 | 21214 | 21217 | 21401 | 21612 | 21614 | 21635 => Self::Never,
            // Premium, short code, ourselves.
            21202 | 21216 | 21265 | 21266 => Self::Never,
            // A country that is not enabled; a number that a trial account has not verified.
            13227 | 21203 | 21215 | 21219 | 21408 | 21608 => Self::Never,
            // The number cannot send texts, or not there.
            21601 | 21606 | 21607 | 21661 => Self::Never,
            // The call has ended already; the file cannot be fetched.
            21220 | 21620 => Self::Never,
            // As in a message's status (page: messaging/api/message-resource#error-codes).
            30003..=30008 | 30034 => Self::Never,
            20001
            | 20422
            | 21201
            | 21205
            | 21213
            | 21602..=21605
            | 21609
            | 21617..=21619
            | 21623 => Self::OurBug,
            _ => return None,
        })
    }
}

/// What an answer means: its status, headers and body as received.
///
/// A code decides, whatever the status. Without one, a 2xx is accepted if it names an id and unknown if not; so is a
/// 5xx, which may be a gateway's that got no answer in time; a 401 stops the channel; all else is to be retried. A code that is not known here is
/// retried if the status is 429 or 5xx, stops the channel if it is 401, and is otherwise [`Outcome::OurBug`].
#[must_use]
pub fn outcome(status: u16, headers: &HeaderMap, body: &[u8]) -> Outcome {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if (200..300).contains(&status) {
        return text("sid").map_or(Outcome::Unknown, |sid| Outcome::Accepted { sid: sid.into() });
    }
    let Some(code) = body.get("code").and_then(Value::as_i64) else {
        let message = format!("HTTP {status} without an error code");
        return match status {
            500.. => Outcome::Unknown,
            401 => Outcome::StopChannel { code: UNAUTHORIZED, message },
            _ => {
                let (after, backoff) = (after(headers), Backoff::Usual);
                Outcome::Retry { code: None, message, after, backoff }
            }
        };
    };
    let message = text("message").map_or_else(|| format!("Twilio error {code}"), Into::into);
    let class = match code {
        NOT_FOUND if names_a_call(&message) => Class::Never,
        code => Class::of(code).unwrap_or(match status {
            429 | 500.. => Class::Retry,
            401 => Class::StopChannel,
            _ => Class::OurBug,
        }),
    };
    match class {
        Class::Retry => {
            let (code, backoff) = (Some(code), Backoff::Usual);
            Outcome::Retry { code, message, after: after(headers), backoff }
        }
        Class::StopChannel => Outcome::StopChannel { code, message },
        Class::OptedOut => Outcome::OptedOut { code, message },
        Class::Never => Outcome::Never { code, message },
        Class::OurBug => Outcome::OurBug { code, message },
    }
}

/// The code of a 401: the credentials are not the account's.
const UNAUTHORIZED: i64 = 20003;

/// The code of a path that leads nowhere: there is no such account, or no such call.
const NOT_FOUND: i64 = 20404;

/// `The requested resource /2010-04-01/Accounts/AC…/Calls/CA….json was not found`: the account is there.
fn names_a_call(message: &str) -> bool {
    message.contains("/Calls/")
}
