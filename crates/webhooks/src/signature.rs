//! `X-Qyvo-Signature: t=<unix>,v1=<hex>` (contract/actions-qyvo.md, section 8). What is signed is ours to decide: the time,
//! a dot and the body's raw bytes, with the whole secret, `whsec_` included, as the key.
//!
//! And `webhook-signature`, of Standard Webhooks (contract/channel-telephony.md, last section), for whose libraries no code of
//! one's own is needed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::secret;

/// The header's value for a body that is sent at this time, in seconds since 1970.
#[must_use]
pub fn signature(secret: &str, seconds: u64, body: &[u8]) -> String {
    // HMAC takes a key of any length: there always is one.
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok();
    let signed = mac.map(|mac| mac.chain_update(format!("{seconds}.")).chain_update(body));
    let digits = signed.map(|mac| hex::encode(mac.finalize().into_bytes())).unwrap_or_default();
    format!("t={seconds},v1={digits}")
}

/// The value of `webhook-signature` for a body that is sent under this id at this time, in seconds since 1970: of the id, the time
/// and the body, with dots in between; the key is what the secret encodes.
#[must_use]
pub fn standard_signature(secret: &str, id: &str, seconds: u64, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(&secret::key(secret)).ok();
    let signed = mac.map(|mac| mac.chain_update(format!("{id}.{seconds}.")).chain_update(body));
    let code = signed.map(|mac| STANDARD.encode(mac.finalize().into_bytes())).unwrap_or_default();
    format!("v1,{code}")
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

    /// The example of the specification's own libraries (standard-webhooks, `test_sign_function`).
    #[test]
    fn the_vector_of_standard_webhooks_holds() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", br#"{"test": 2432232314}"#);
        let value = standard_signature(secret, id, 1_614_265_330, body);
        assert_eq!(value, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_ne!(value, standard_signature(secret, id, 1_614_265_331, body));
    }
}
