//! `X-Hub-Signature-256`: proof that a webhook's body comes from the holder of the app secret.
//!
//! The signature covers the raw bytes. A body that was parsed and written again fails on emoji and escapes.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What the header's value starts with (page: webhooks/create-webhook-endpoint).
const SCHEME: &str = "sha256=";

/// Whether `header` is `sha256=<hex HMAC-SHA256(app_secret, raw_body)>`, compared in constant time.
///
/// Fails closed: no header, another scheme, bad hex, a shortened digest or an empty secret are all `false`.
pub fn signature_matches(app_secret: &str, header: Option<&str>, raw_body: &[u8]) -> bool {
    let Some(digits) = header.and_then(|value| value.strip_prefix(SCHEME)) else {
        return false;
    };
    let mut signature = [0; 32];
    if app_secret.is_empty() || hex::decode_to_slice(digits, &mut signature).is_err() {
        return false;
    }
    mac(app_secret, raw_body).is_some_and(|mac| mac.verify_slice(&signature).is_ok())
}

/// The header value that [`signature_matches`] accepts for this body; empty for an empty secret.
///
/// For those who play the provider: `cargo xtask reply`, and tests.
pub fn sign(app_secret: &str, raw_body: &[u8]) -> String {
    if app_secret.is_empty() {
        return String::new();
    }
    mac(app_secret, raw_body)
        .map(|mac| format!("{SCHEME}{}", hex::encode(mac.finalize().into_bytes())))
        .unwrap_or_default()
}

/// `None` never happens: HMAC takes a key of any length.
fn mac(app_secret: &str, raw_body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()).ok()?;
    mac.update(raw_body);
    Some(mac)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"object":"whatsapp_business_account"}"#;
    /// The check vector of contract/channel-whatsapp.md.
    const SIGNATURE: &str =
        "sha256=0bf7374433906636bed1653bc7c64affb42fa5da9a39e251ab95c2e3a9c06923";

    #[test]
    fn the_contracts_check_vector_holds_both_ways() {
        assert_eq!(sign("app-secret", BODY), SIGNATURE);
        assert!(signature_matches("app-secret", Some(SIGNATURE), BODY));
    }

    #[test]
    fn anything_but_the_exact_signature_is_refused() {
        let bare = SIGNATURE.trim_start_matches(SCHEME);
        let sha1 = format!("sha1={bare}");
        let long = format!("{SIGNATURE}00");
        let wrong = SIGNATURE.replace("0b", "0c");
        let headers = [
            None,
            Some(""),
            Some("sha256="),
            Some("sha256=zz"),
            Some(bare),
            Some(&sha1),
            Some(&long),
            Some(&wrong),
            Some(&SIGNATURE[..SIGNATURE.len() - 2]),
        ];
        for header in headers {
            assert!(!signature_matches("app-secret", header, BODY), "{header:?}");
        }
        assert!(!signature_matches("other-secret", Some(SIGNATURE), BODY));
        assert!(!signature_matches("app-secret", Some(SIGNATURE), b"{}"));
    }

    #[test]
    fn an_empty_secret_accepts_nothing_not_even_its_own_signature() {
        let mac = Hmac::<Sha256>::new_from_slice(b"").unwrap();
        let forged = hex::encode(mac.chain_update(BODY).finalize().into_bytes());
        assert!(!signature_matches("", Some(&format!("{SCHEME}{forged}")), BODY));
        assert!(!signature_matches("", Some(&sign("", BODY)), BODY));
    }

    #[test]
    fn emoji_and_escapes_are_signed_as_they_were_sent() {
        let escaped = br#"{"body":"\ud83d\ude00 caf\u00e9 \/"}"#;
        let parsed: serde_json::Value = serde_json::from_slice(escaped).unwrap();
        let rewritten = serde_json::to_vec(&parsed).unwrap();
        let header = sign("app-secret", escaped);
        assert!(signature_matches("app-secret", Some(&header), escaped));
        assert!(!signature_matches("app-secret", Some(&header), &rewritten));
    }
}
