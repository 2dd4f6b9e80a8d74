//! `Idempotency-Key`: the header, and what it derives.

use conversation::{EventId, Ids, KeyUse, identity};
use engine::Host as _;
use fields::FieldError;
use uuid::Uuid;

use crate::{Call, Problem, Rule};

/// The longest key, in characters (contract/console-bimpe.md, section 1).
const MAX_KEY: usize = 255;

/// An `Idempotency-Key` of a team on a route, with the hash of the body it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The id of what the request creates.
    pub id: Uuid,
    /// To be remembered in the document that the request changes.
    pub used: KeyUse,
}

impl Call {
    /// The `Idempotency-Key` header.
    ///
    /// # Errors
    /// [`Problem::Invalid`] when it is too long, is no text, or comes twice: a client that names its request must not be
    /// served as if it had not.
    pub fn idempotency_header(&self) -> Result<Option<&str>, Problem> {
        let key = self.header("idempotency-key");
        if key.is_none() && self.headers().contains_key("idempotency-key") {
            let message = "must come once, and be printable ASCII characters";
            return Err(vec![FieldError::new("/Idempotency-Key", message)].into());
        }
        let Some(key) = key.filter(|key| !key.is_empty()) else { return Ok(None) };
        if key.chars().count() > MAX_KEY {
            let message = format!("must be at most {MAX_KEY} characters long");
            return Err(vec![FieldError::new("/Idempotency-Key", message)].into());
        }
        Ok(Some(key))
    }

    /// The `Idempotency-Key` of this request, on its method and path; without one, a key that nobody else has, by
    /// which the change still knows itself when it is applied again.
    ///
    /// # Errors
    /// As [`Call::idempotency_header`], and whatever reading the body gives.
    pub async fn idempotency_key(&mut self, team: &str) -> Result<IdempotencyKey, Problem> {
        let id = match self.idempotency_header()? {
            Some(key) => identity::keyed(team, &self.route(), key),
            None => Ids::new(self.host.random()).next(self.host.now()),
        };
        let body = EventId::of_bytes("body", self.raw().await?);
        Ok(IdempotencyKey { id, used: KeyUse { key: EventId::of("key", &id.to_string()), body } })
    }

    /// The use of this request's `Idempotency-Key`, if it has one: for changes that know themselves without.
    ///
    /// # Errors
    /// As [`Call::idempotency_key`].
    pub async fn key_use(&mut self, team: &str) -> Result<Option<KeyUse>, Problem> {
        match self.idempotency_header()? {
            Some(_) => Ok(Some(self.idempotency_key(team).await?.used)),
            None => Ok(None),
        }
    }

    /// The id of a request that says something: with another body, the same key is another one.
    ///
    /// # Errors
    /// As [`Call::idempotency_key`].
    pub async fn request_of(&mut self, team: &str) -> Result<Uuid, Problem> {
        let IdempotencyKey { id, used } = self.idempotency_key(team).await?;
        Ok(identity::derive("request", &[&id.to_string(), &used.body.to_string()]))
    }

    /// The method and the path: the same key on another one is another key.
    #[must_use]
    pub fn route(&self) -> String {
        format!("{} {}", self.method(), self.path())
    }
}

impl Problem {
    /// The key came before, with another body.
    #[must_use]
    pub fn key_reused() -> Self {
        let message = "This Idempotency-Key was used with another body.";
        Self::Conflict(Rule::new("conflict", message))
    }
}
