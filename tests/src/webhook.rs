//! Signs webhooks, by another implementation than the product's, so that the two cannot be wrong together.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// `X-Hub-Signature-256` of a body (contract/channel-whatsapp.md).
///
/// # Panics
/// Never: any secret is a key.
pub fn signature(app_secret: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes());
    let mac = mac.expect("any secret is a key").chain_update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
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
