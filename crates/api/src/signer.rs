//! What signs tokens and tickets.

use hmac::{Hmac, KeyInit};
use sha2::{Digest, Sha256};

use crate::{Problem, variable};

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
    let key = Sha256::new().chain_update(purpose).chain_update(secrets_key).finalize();
    Hmac::new_from_slice(&key).map_err(|error| Problem::Internal(error.to_string()))
}
