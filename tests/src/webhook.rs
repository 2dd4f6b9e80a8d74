//! Signs webhooks, by another implementation than the product's, so that the two cannot be wrong together.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// `X-Hub-Signature-256` of a body (contract/channel-whatsapp.md).
///
/// # Panics
/// Never: any secret is a key.
pub fn signature(app_secret: &str, body: &[u8]) -> String {
    format!("sha256={}", digits(app_secret, &[body]))
}

/// What follows `v1=` in the `X-Qyvo-Signature` of a notice (docs/webhooks.md), sent at `t=<seconds>`.
///
/// # Panics
/// Never: any secret is a key.
pub fn notice_signature(secret: &str, seconds: &str, body: &str) -> String {
    digits(secret, &[seconds.as_bytes(), b".", body.as_bytes()])
}

fn digits(secret: &str, parts: &[&[u8]]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any secret is a key");
    let mac = parts.iter().fold(mac, |mac, part| mac.chain_update(part));
    hex::encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_signature_of_the_contracts_vector() {
        assert_eq!(
            super::signature("app-secret", br#"{"object":"whatsapp_business_account"}"#),
            "sha256=0bf7374433906636bed1653bc7c64affb42fa5da9a39e251ab95c2e3a9c06923"
        );
    }
}
