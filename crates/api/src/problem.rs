//! What can be wrong with a request: said once here, written by each surface in its own shape.

use fields::FieldError;
use http::Method;
use serde_json::{Map, Value};

use crate::{Answered, RateLimit};

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// No credentials.
    KeyMissing,
    /// Credentials that are not ours, or no longer.
    KeyInvalid,
    /// Credentials whose time is over.
    KeyExpired,
    /// A provider's signature, or what it proves itself with, is missing or wrong.
    SignatureInvalid,
    /// A ticket that is not ours, or was used, or whose time is over.
    TicketInvalid,
    /// An access token of the trigger surface that is not ours, of another team, or whose time is over.
    AccessTokenInvalid,
    /// A visitor's token that is missing, not ours, of another account, or whose time is over.
    TokenInvalid,
    /// It may not be done, by anybody who asks like this.
    Forbidden(String),
    /// The key may not do this.
    ScopeMissing(&'static str),
    /// There is no such thing, or it is another team's.
    NotFound(String),
    /// The route has other methods.
    MethodNotAllowed(&'static [Method]),
    /// The body is no JSON by its content type.
    UnsupportedMediaType(String),
    /// The body is larger than this, in bytes.
    TooLarge(usize),
    /// The body is no JSON.
    Malformed(String),
    /// Fields are wrong: all of them at once.
    Invalid(Vec<FieldError>),
    /// Each field is right, but it cannot be done.
    Rule(Rule),
    /// It contradicts what is there.
    Conflict(Rule),
    /// It is not built.
    NotImplemented(String),
    /// Something the operator has to set is missing.
    NotConfigured(&'static str),
    /// What the operator stored was sealed with another `secrets_key` than the present one and the one before.
    WrongKey,
    /// It could not be done now; the same request may succeed later.
    Unavailable,
    /// The key has made as many requests as it may in this minute.
    RateLimited(RateLimit),
    /// Whoever asks does so too often. The text says how often is right.
    TooOften(String),
    /// No problem: the same request was answered before, with this.
    Answered(Answered),
    /// Our fault. The text is for the log only.
    Internal(String),
}

/// A rule that a request breaks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rule {
    /// Stable, for programs: `bad_request`, `channel_not_configured`, ….
    pub code: &'static str,
    /// For people: what is wrong, and what would be right.
    pub message: String,
    /// What a program may want to know besides.
    pub extra: Map<String, Value>,
}

impl Rule {
    /// A rule with nothing besides.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), extra: Map::new() }
    }

    /// Adds what a program may want to know.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(name.to_owned(), value.into());
        self
    }
}

impl Problem {
    /// A rule that a request breaks, with the code `bad_request`.
    pub fn rule(message: impl Into<String>) -> Self {
        Self::Rule(Rule::new("bad_request", message))
    }

    /// What the store or the engine could not do.
    pub fn of(error: &engine::EngineError) -> Self {
        match error {
            engine::EngineError::Store(error) => Self::from(error.clone()),
            engine::EngineError::Unwritable(what) => Self::Internal(format!("cannot write {what}")),
        }
    }
}

impl From<store::StoreError> for Problem {
    fn from(error: store::StoreError) -> Self {
        match error {
            store::StoreError::Corrupt { .. } => Self::Internal(error.to_string()),
            store::StoreError::Kv(_)
            | store::StoreError::Contention { .. }
            | store::StoreError::Newer { .. } => {
                eprintln!("unavailable: {error}");
                Self::Unavailable
            }
        }
    }
}

impl From<engine::EngineError> for Problem {
    fn from(error: engine::EngineError) -> Self {
        Self::of(&error)
    }
}

impl From<Vec<FieldError>> for Problem {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::Invalid(errors)
    }
}
