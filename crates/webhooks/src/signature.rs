//! `X-Qyvo-Signature: t=<unix>,v1=<hex>` (contract/actions-qyvo.md, section 8). What is signed is ours to decide: the time,
//! a dot and the body's raw bytes, with the whole secret, `whsec_` included, as the key.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header's value for a body that is sent at this time, in seconds since 1970.
#[must_use]
pub fn signature(secret: &str, seconds: u64, body: &[u8]) -> String {
    // HMAC takes a key of any length: there always is one.
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok();
    let signed = mac.map(|mac| mac.chain_update(format!("{seconds}.")).chain_update(body));
    let digits = signed.map(|mac| hex::encode(mac.finalize().into_bytes())).unwrap_or_default();
    format!("t={seconds},v1={digits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector of docs/webhooks.md, by Python's `hmac`: a receiver checks its own code with it.
    #[test]
    fn the_published_vector_holds() {
        let secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
        let body =
            br#"{"event":"webhook.test","webhook_id":"0197aef0-0000-7000-8000-000000000000"}"#;
        let value = signature(secret, 1_778_141_663, body);
        assert_eq!(
            value,
            "t=1778141663,v1=201c8d0b93c276bec10620f9bc11a55ae4edb2f2d83b3e084b8e1a2992a04d18"
        );
        assert_ne!(value, signature(secret, 1_778_141_664, body));
        assert_ne!(value, signature(&secret[6..], 1_778_141_663, body));
    }
}
