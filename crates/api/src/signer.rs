//! What signs tokens and tickets.

use hmac::{Hmac, KeyInit};
use sha2::{Digest, Sha256};

use crate::{Problem, variable};

/// Signs, and checks what was signed with the key before.
pub(crate) struct Signers {
    /// Signs, and checks.
    pub current: Hmac<Sha256>,
    /// Only checks: from the variable `secrets_key_previous`, until the operator takes it away.
    pub previous: Option<Hmac<Sha256>>,
}

/// Signs with a key that is derived from `secrets_key` for one purpose: what opens credentials never signs anything, and
/// what is signed for one purpose is good for no other.
///
/// # Errors
/// [`Problem::NotConfigured`] when there is no `secrets_key`.
pub(crate) async fn signer(purpose: &[u8]) -> Result<Hmac<Sha256>, Problem> {
    let secrets_key = variable("secrets_key").await;
    if secrets_key.is_empty() {
        return Err(Problem::NotConfigured("secrets_key"));
    }
    derived(purpose, &secrets_key)
}

/// The [`signer`], and that of the key before.
///
/// # Errors
/// [`Problem::NotConfigured`] when there is no `secrets_key`.
pub(crate) async fn signers(purpose: &[u8]) -> Result<Signers, Problem> {
    let current = signer(purpose).await?;
    let previous = variable("secrets_key_previous").await;
    let previous = match previous.is_empty() {
        true => None,
        false => Some(derived(purpose, &previous)?),
    };
    Ok(Signers { current, previous })
}

fn derived(purpose: &[u8], secrets_key: &str) -> Result<Hmac<Sha256>, Problem> {
    let key = Sha256::new().chain_update(purpose).chain_update(secrets_key).finalize();
    Hmac::new_from_slice(&key).map_err(|error| Problem::Internal(error.to_string()))
}
