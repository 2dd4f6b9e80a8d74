//! What the provider's answer to a request means, by its `code` (page: support/error-codes).
//!
//! The HTTP status says little: throttling comes as 400. It counts only where there is no code.

use std::time::Duration;

use http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::inbound::string;
use crate::backoff::{Backoff, after};

/// What to do after a request. Every variant but `Accepted` and `Unknown` means that the message was not accepted.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The provider took it. Whether it arrives, a status says.
    Accepted {
        /// The provider's id (`wamid…`), which statuses name.
        message_id: String,
        /// The recipient's id, which may differ from the number sent to; absent for a send to a `user_id`.
        wa_id: Option<String>,
        /// The recipient's business-scoped user id, where the provider tells it.
        user_id: Option<String>,
    },
    /// A 2xx that names no message and no error, or a 5xx without a code: it may have been accepted.
    Unknown,
    /// Send again later.
    Retry {
        /// The provider's code, if it gave one.
        code: Option<i64>,
        /// For the log.
        message: String,
        /// What the provider asked for (`Retry-After`, in seconds; at most a day).
        after: Option<Duration>,
        /// How long to wait where it asked for nothing.
        backoff: Backoff,
    },
    /// Nothing can be sent from this account until somebody repairs it.
    StopChannel {
        /// The provider's code.
        code: i64,
        /// For the log.
        message: String,
        /// What to repair.
        reason: StopReason,
    },
    /// The 24-hour window is closed: a template, or wait until the contact writes (131047).
    UseTemplate {
        /// The provider's code.
        code: i64,
        /// For the log.
        message: String,
    },
    /// Not to this recipient: the message fails.
    Never {
        /// The provider's code.
        code: i64,
        /// For the log.
        message: String,
    },
    /// The template is missing, paused, disabled or filled wrongly: the message fails, others may go.
    BadTemplate {
        /// The provider's code.
        code: i64,
        /// For the log.
        message: String,
    },
    /// A request that should not have been built, or a code that is not known here: the message fails.
    OurBug {
        /// The provider's code.
        code: i64,
        /// For the log.
        message: String,
    },
}

/// The provider's error, from an answer or from a `failed` status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderError {
    /// What it is known by.
    pub code: i64,
    /// The provider's words: the most precise of details, message and title.
    pub message: String,
}

impl ProviderError {
    /// Reads `{code, title?, message?, error_data: {details?}}`; `None` without a code.
    pub(super) fn read(error: &Value) -> Option<Self> {
        let code = error.get("code")?;
        let code = code.as_i64().or_else(|| code.as_str()?.parse().ok())?;
        let message = ["/error_data/details", "/message", "/title"]
            .into_iter()
            .find_map(|pointer| string(error, pointer))
            .unwrap_or_default();
        Some(Self { code, message })
    }

    /// The class of the code; `None` for one that is not known here.
    #[must_use]
    pub fn class(&self) -> Option<Class> {
        Class::of(self.code)
    }
}

/// The classes of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Passes by itself.
    Retry(Backoff),
    /// Stops the account.
    StopChannel(StopReason),
    /// Window closed.
    UseTemplate,
    /// Not to this recipient. 131049 (too much marketing) may be tried again after 24 hours at the earliest, and
    /// 131050 means that the contact opted out of marketing: neither is for a retry of the same message.
    Never,
    /// The template's fault.
    BadTemplate,
    /// The request's fault.
    OurBug,
}

/// What stops an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// The token is invalid, expired, or lacks a permission.
    Permission,
    /// The account is locked, restricted or unpaid.
    Account,
}

impl Class {
    /// The table of contract/channel-whatsapp.md. `None` for a code that is not in it.
    #[must_use]
    pub fn of(code: i64) -> Option<Self> {
        use StopReason::{Account, Permission};
        Some(match code {
            131056 => Self::Retry(Backoff::Quadruple),
            1 | 2 | 4 | 80007 | 130429 | 131000 | 131016 | 131057 | 133004 => {
                Self::Retry(Backoff::Usual)
            }
            0 | 3 | 10 | 190 | 200..=299 | 131005 => Self::StopChannel(Permission),
            368 | 131031 | 131042 | 131045 | 131048 => Self::StopChannel(Account),
            131047 => Self::UseTemplate,
            131021 | 131026 | 131049 | NO_MARKETING | 130472 | 130497 => Self::Never,
            // This kind of message cannot go to a user id (page: business-scoped-user-ids).
            131062 => Self::Never,
            132000 | 132001 | 132005 | 132007 | 132012 | 132015 | 132016 | 132068 | 132069 => {
                Self::BadTemplate
            }
            33 | 100 | 131008 | 131009 | 131051..=131053 => Self::OurBug,
            _ => return None,
        })
    }
}

/// What an answer means: its status, headers and body as received.
///
/// A code decides, whatever the status. Without one, a 2xx is accepted if it names the message and unknown if not;
/// so is a 5xx, which may be a gateway's that got no answer in time; all else is to be retried. A code that is not known here is retried if the provider calls it transient or
/// the status is 429 or 5xx, and is otherwise [`Outcome::OurBug`].
#[must_use]
pub fn outcome(status: u16, headers: &HeaderMap, body: &[u8]) -> Outcome {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let success = (200..300).contains(&status);
    if success && let Some(message_id) = string(&body, "/messages/0/id") {
        let [wa_id, user_id] =
            ["wa_id", "user_id"].map(|name| string(&body, &format!("/contacts/0/{name}")));
        return Outcome::Accepted { message_id, wa_id, user_id };
    }
    let error = body.get("error");
    let Some(ProviderError { code, message }) = error.and_then(ProviderError::read) else {
        return if success || status >= 500 {
            Outcome::Unknown
        } else {
            let message = format!("HTTP {status} without an error code");
            Outcome::Retry { code: None, message, after: after(headers), backoff: Backoff::Usual }
        };
    };
    let passes = error.and_then(|error| error.get("is_transient")) == Some(&Value::Bool(true))
        || status == 429
        || status >= 500;
    let unknown = if passes { Class::Retry(Backoff::Usual) } else { Class::OurBug };
    match Class::of(code).unwrap_or(unknown) {
        Class::Retry(backoff) => {
            Outcome::Retry { code: Some(code), message, after: after(headers), backoff }
        }
        Class::StopChannel(reason) => Outcome::StopChannel { code, message, reason },
        Class::UseTemplate => Outcome::UseTemplate { code, message },
        Class::Never => Outcome::Never { code, message },
        Class::BadTemplate => Outcome::BadTemplate { code, message },
        Class::OurBug => Outcome::OurBug { code, message },
    }
}

/// The code of a contact that stopped marketing messages: never again, until it wants them.
pub const NO_MARKETING: i64 = 131050;
