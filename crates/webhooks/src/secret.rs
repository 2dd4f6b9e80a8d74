//! A webhook's secret: shown once, and at rest encrypted as channel credentials are.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use teams::{Resealed, Resealing, Sealed, Secrets, Unsealable};
use uuid::Uuid;

use crate::Webhook;

/// What every secret begins with.
const PREFIX: &str = "whsec_";

/// A secret: `whsec_` and 32 random bytes in base64, as the libraries of Standard Webhooks read it.
#[must_use]
pub fn new_secret(random: [u8; 32]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(random))
}

/// The bytes that a secret encodes; of one that encodes none, its own.
pub(crate) fn key(secret: &str) -> Vec<u8> {
    let encoded = secret.trim_start_matches(PREFIX);
    // The first ones were made for addresses, and without padding.
    let decoded = STANDARD.decode(encoded).or_else(|_| URL_SAFE_NO_PAD.decode(encoded));
    decoded.unwrap_or_else(|_| secret.as_bytes().to_vec())
}

/// Encrypts the secret of the webhook with this id. The nonce must be random.
///
/// # Errors
/// When it cannot be encrypted, which a text always can.
pub fn seal_secret(
    id: Uuid,
    secret: &str,
    secrets: &Secrets,
    nonce: [u8; 24],
) -> Result<Sealed, Unsealable> {
    secrets.seal(secret.as_bytes(), place(id).as_bytes(), nonce)
}

/// The secret of a webhook.
///
/// # Errors
/// When it was sealed with another `secrets_key`.
pub fn open_secret(webhook: &Webhook, secrets: &Secrets) -> Result<String, Unsealable> {
    let secret = secrets.open(&webhook.secret, place(webhook.id).as_bytes())?;
    String::from_utf8(secret).map_err(|_| Unsealable)
}

/// Seals the secret of a webhook anew, if another key sealed it. Whether it has changed.
pub(crate) fn reseal<R: FnMut() -> [u8; 24]>(
    webhook: &mut Webhook,
    resealing: &mut Resealing<'_, R>,
    count: &mut Resealed,
) -> bool {
    resealing.reseal(&mut webhook.secret, place(webhook.id).as_bytes(), count)
}

/// What the seal is bound to: another webhook's seal does not open here.
fn place(id: Uuid) -> String {
    format!("webhook:{id}")
}
