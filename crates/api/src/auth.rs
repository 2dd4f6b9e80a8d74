//! Who asks: an API key, whose hash is the key of its document, or the operator's admin key.

use engine::Host as _;
use sha2::{Digest, Sha256};
use store::keys;
use subtle::ConstantTimeEq;
use teams::{ApiKey, key_id};

use crate::{Call, Problem, variable};

/// Whoever an API key stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The team.
    pub team: String,
    /// The key.
    pub key: ApiKey,
}

impl Call {
    /// The principal of `Authorization: Bearer` or `X-Api-Key`, if its key has a scope.
    ///
    /// # Errors
    /// 401 or 403, as a [`Problem`].
    pub async fn principal(&mut self, scope: &'static str) -> Result<Principal, Problem> {
        // Who sends both has an access token there, as on all requests.
        let token = self.header("x-api-key").or_else(|| self.bearer());
        let token = token.ok_or(Problem::KeyMissing)?.to_owned();
        self.principal_of(&token, scope).await
    }

    /// The principal of `Authorization: Bearer` only.
    ///
    /// # Errors
    /// 401 or 403, as a [`Problem`].
    pub async fn bearer_principal(&mut self, scope: &'static str) -> Result<Principal, Problem> {
        let token = self.bearer().ok_or(Problem::KeyMissing)?.to_owned();
        self.principal_of(&token, scope).await
    }

    /// The principal of `X-Api-Key` or `Authorization: Bearer`, whose answer is not kept, whatever `Idempotency-Key` came:
    /// it holds a secret, and asking again for another does no harm.
    ///
    /// # Errors
    /// 401, 403 or 429, as a [`Problem`].
    pub async fn asking_principal(&mut self, scope: &'static str) -> Result<Principal, Problem> {
        let token = self.bearer().or_else(|| self.header("x-api-key"));
        let token = token.ok_or(Problem::KeyMissing)?.to_owned();
        self.authenticate(&token, scope).await
    }

    /// The principal that a token stands for. What it asks for with an `Idempotency-Key` is done once.
    ///
    /// # Errors
    /// 401, 403 or 429, as a [`Problem`]; [`Problem::Answered`] if this request was answered before, and
    /// [`Problem::Conflict`] if another one was, with the same key.
    pub async fn principal_of(
        &mut self,
        token: &str,
        scope: &'static str,
    ) -> Result<Principal, Problem> {
        let principal = self.authenticate(token, scope).await?;
        self.claim_key(&principal.team).await?;
        Ok(principal)
    }

    pub(crate) async fn authenticate(
        &mut self,
        token: &str,
        scope: &'static str,
    ) -> Result<Principal, Problem> {
        let key: Option<ApiKey> =
            self.host.store().get_json(&keys::api_key(&key_id(token))).await?;
        let key = key.ok_or(Problem::KeyInvalid)?;
        if key.is_expired(self.host.now()) {
            return Err(Problem::KeyExpired);
        }
        if !key.allows(scope) {
            return Err(Problem::ScopeMissing(scope));
        }
        self.count_request(&key).await?;
        Ok(Principal { team: key.team.clone(), key })
    }

    /// The token of `Authorization: Bearer`.
    #[must_use]
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        let token = token.trim();
        (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
    }

    /// Lets the operator pass, and nobody when no `admin_key` is set.
    ///
    /// # Errors
    /// [`Problem::NotConfigured`], or 401.
    pub async fn admin(&self) -> Result<(), Problem> {
        let admin_key = variable("admin_key").await;
        if admin_key.is_empty() {
            return Err(Problem::NotConfigured("admin_key"));
        }
        let given = self.bearer().ok_or(Problem::KeyMissing)?;
        // Hashed first, so that the time tells nothing of the length either.
        let (given, wanted) = (Sha256::digest(given), Sha256::digest(&admin_key));
        if bool::from(given.as_slice().ct_eq(wanted.as_slice())) {
            Ok(())
        } else {
            Err(Problem::KeyInvalid)
        }
    }
}
