//! Access tokens of the trigger surface, that last an hour.

use engine::Host as _;
use serde::{Deserialize, Serialize};

use crate::{Call, Principal, Problem, jwt};

/// How long a token lasts, in seconds.
pub const TOKEN_SECONDS: u64 = 60 * 60;

const PURPOSE: &[u8] = b"parlance tokens v1\0";

#[derive(Serialize, Deserialize)]
struct Claims {
    /// The team.
    sub: String,
    /// When it ends, in seconds since the epoch.
    exp: u64,
}

impl Call {
    /// A token for a team.
    ///
    /// # Errors
    /// [`Problem::NotConfigured`] when there is no `secrets_key` to sign with.
    pub async fn issue_token(&self, team: &str) -> Result<String, Problem> {
        let claims = Claims { sub: team.to_owned(), exp: self.host.now().0 / 1000 + TOKEN_SECONDS };
        jwt::sign(PURPOSE, &claims).await
    }

    /// The principal of `x-api-key` together with an access token of the same team: the cookie `accessToken`, else that of
    /// `Authorization: Bearer`, which one of the product's own pages shows.
    ///
    /// # Errors
    /// 401 or 403, as a [`Problem`].
    pub async fn cookie_principal(&mut self, scope: &'static str) -> Result<Principal, Problem> {
        let key = self.header("x-api-key").ok_or(Problem::KeyMissing)?.to_owned();
        let token = self.cookie("accessToken").or_else(|| self.bearer());
        let token = token.ok_or(Problem::KeyMissing)?.to_owned();
        let principal = self.authenticate(&key, scope).await?;
        let claims = self.read_token(&token).await?;
        if claims.sub != principal.team {
            return Err(Problem::AccessTokenInvalid);
        }
        self.claim_key(&principal.team).await?;
        Ok(principal)
    }

    async fn read_token(&self, token: &str) -> Result<Claims, Problem> {
        let read: Option<jwt::Read<Claims>> = jwt::read(PURPOSE, token).await?;
        let claims = read.map(|read| read.claims);
        let claims = claims.filter(|claims| claims.exp > self.host.now().0 / 1000);
        claims.ok_or(Problem::AccessTokenInvalid)
    }

    /// A cookie of the request.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.headers().get_all(http::header::COOKIE).iter();
        let pairs = cookies.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
        pairs
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(n, _)| *n == name)
            .map(|(_, v)| v)
    }
}
