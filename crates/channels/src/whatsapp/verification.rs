//! The GET that the provider sends once, when a webhook is set up.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Why a verification request was refused. Every one is a 403 for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerificationError {
    /// `hub.mode` is not `subscribe`.
    #[error("hub.mode must be `subscribe`")]
    Mode,
    /// `hub.verify_token` is absent or another, or the channel has none.
    #[error("hub.verify_token does not match the channel's verify token")]
    Token,
    /// `hub.challenge` is absent or empty.
    #[error("hub.challenge is missing")]
    Challenge,
}

/// The challenge to answer with, bare, as `text/plain` (page: webhooks/create-webhook-endpoint).
///
/// `query` is the URI's query as received, without the `?`. The first of several equal names counts.
///
/// # Errors
/// Another mode, another token (compared in constant time; an empty one never matches), no challenge.
pub fn verify(query: &str, verify_token: &str) -> Result<String, VerificationError> {
    let field = |name: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
            .unwrap_or_default()
    };
    if field("hub.mode") != "subscribe" {
        return Err(VerificationError::Mode);
    }
    if verify_token.is_empty() || !equal(&field("hub.verify_token"), verify_token) {
        return Err(VerificationError::Token);
    }
    let challenge = field("hub.challenge");
    if challenge.is_empty() {
        return Err(VerificationError::Challenge);
    }
    Ok(challenge)
}

/// Digests are compared, so that not even the token's length shows in the time.
fn equal(given: &str, expected: &str) -> bool {
    let (given, expected) = (Sha256::digest(given), Sha256::digest(expected));
    given.as_slice().ct_eq(expected.as_slice()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_given_back_decoded() {
        let query = "hub.mode=subscribe&hub.challenge=1158%2B201444&hub.verify_token=a%20b%26c";
        assert_eq!(verify(query, "a b&c"), Ok("1158+201444".into()));
    }

    #[test]
    fn another_mode_token_or_a_missing_challenge_is_refused() {
        use VerificationError::*;
        for (query, token, expected) in [
            ("", "t", Mode),
            ("hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=t", "t", Mode),
            ("hub.mode=subscribe&hub.challenge=1", "t", Token),
            ("hub.mode=subscribe&hub.challenge=1&hub.verify_token=T", "t", Token),
            ("hub.mode=subscribe&hub.challenge=1&hub.verify_token=tt", "t", Token),
            ("hub.mode=subscribe&hub.challenge=1&hub.verify_token=", "", Token),
            ("hub.mode=subscribe&hub.verify_token=t", "t", Challenge),
        ] {
            assert_eq!(verify(query, token), Err(expected), "{query}");
        }
    }
}
