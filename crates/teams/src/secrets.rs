//! Credentials at rest: XChaCha20-Poly1305 under a key derived from the `secrets_key` variable. What the key before it
//! sealed (`secrets_key_previous`) is opened too, until it is sealed anew: `resealing.rs`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// An encrypted value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Which key sealed it.
    pub key_id: String,
    /// 24 random bytes, base64.
    pub nonce: String,
    /// The ciphertext and its tag, base64.
    pub sealed: String,
}

/// The `secrets_key` variable is empty: whatever needs it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the variable secrets_key is not set")]
pub struct NoSecretsKey;

/// A value that cannot be opened: sealed under another key, for another place, or damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored credentials cannot be opened with the present secrets_key")]
pub struct Unsealable;

/// Seals with the present key; opens with it, or with the one before.
pub struct Secrets {
    current: Key,
    previous: Option<Key>,
}

struct Key {
    cipher: XChaCha20Poly1305,
    id: String,
}

impl Secrets {
    /// From the `secrets_key` variable, which may be any text; its strength is the operator's.
    ///
    /// # Errors
    /// When it is empty.
    pub fn new(secrets_key: &str) -> Result<Self, NoSecretsKey> {
        if secrets_key.is_empty() {
            return Err(NoSecretsKey);
        }
        Ok(Self { current: Key::of(secrets_key), previous: None })
    }

    /// With the `secrets_key_previous` variable, which opens what it sealed; empty: there is none.
    #[must_use]
    pub fn with_previous(mut self, secrets_key_previous: &str) -> Self {
        self.previous = (!secrets_key_previous.is_empty()).then(|| Key::of(secrets_key_previous));
        self
    }

    /// The id of the present key, which says nothing of the key itself: four bytes of a hash, in hexadecimal.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.current.id
    }

    /// Whether the present key sealed it.
    #[must_use]
    pub fn is_current(&self, sealed: &Sealed) -> bool {
        sealed.key_id == self.current.id
    }

    /// Encrypts `text`, bound to `place`. The nonce must be random.
    ///
    /// # Errors
    /// When the text is too long for the cipher, beyond what memory holds.
    pub fn seal(&self, text: &[u8], place: &[u8], nonce: [u8; 24]) -> Result<Sealed, Unsealable> {
        let sealed = self
            .current
            .cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: text, aad: place })
            .map_err(|_| Unsealable)?;
        Ok(Sealed {
            key_id: self.current.id.clone(),
            nonce: STANDARD_NO_PAD.encode(nonce),
            sealed: STANDARD_NO_PAD.encode(sealed),
        })
    }

    /// Decrypts what was sealed for `place`.
    ///
    /// # Errors
    /// When it was sealed under another key or for another place, or is damaged.
    pub fn open(&self, sealed: &Sealed, place: &[u8]) -> Result<Vec<u8>, Unsealable> {
        let nonce = STANDARD_NO_PAD.decode(&sealed.nonce).map_err(|_| Unsealable)?;
        let nonce: [u8; 24] = nonce.try_into().map_err(|_| Unsealable)?;
        let text = STANDARD_NO_PAD.decode(&sealed.sealed).map_err(|_| Unsealable)?;
        // Two keys could have one id: then the tag says which it was.
        let keys = [Some(&self.current), self.previous.as_ref()].into_iter().flatten();
        keys.filter(|key| key.id == sealed.key_id)
            .find_map(|key| {
                let payload = Payload { msg: &text, aad: place };
                key.cipher.decrypt(&XNonce::from(nonce), payload).ok()
            })
            .ok_or(Unsealable)
    }
}

impl Key {
    fn of(text: &str) -> Self {
        let key = Sha256::new()
            .chain_update(b"parlance credentials v1\0")
            .chain_update(text.as_bytes())
            .finalize();
        let id = hex::encode(&Sha256::digest(key)[..4]);
        Self { cipher: XChaCha20Poly1305::new(&key), id }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_in_its_place_only() {
        let secrets = Secrets::new("one").unwrap();
        let sealed = secrets.seal(b"token", b"whatsapp:1", [7; 24]).unwrap();
        assert_eq!(secrets.open(&sealed, b"whatsapp:1").unwrap(), b"token");
        assert_eq!(secrets.open(&sealed, b"whatsapp:2"), Err(Unsealable));
        assert_eq!(Secrets::new("two").unwrap().open(&sealed, b"whatsapp:1"), Err(Unsealable));
        let damaged =
            Sealed { sealed: sealed.sealed.replace('A', "B"), nonce: "AAAA".to_owned(), ..sealed };
        assert_eq!(secrets.open(&damaged, b"whatsapp:1"), Err(Unsealable));
    }

    #[test]
    fn the_key_before_opens_what_it_sealed_and_seals_nothing() {
        let old = Secrets::new("one").unwrap().seal(b"token", b"whatsapp:1", [7; 24]).unwrap();
        let both = Secrets::new("two").unwrap().with_previous("one");
        assert_eq!(both.open(&old, b"whatsapp:1").unwrap(), b"token");
        assert!(!both.is_current(&old));
        let new = both.seal(b"token", b"whatsapp:1", [8; 24]).unwrap();
        assert!(both.is_current(&new));
        assert_eq!(Secrets::new("two").unwrap().open(&new, b"whatsapp:1").unwrap(), b"token");
        assert_eq!(Secrets::new("one").unwrap().open(&new, b"whatsapp:1"), Err(Unsealable));
        // None is no key: an empty one would open what anybody can seal.
        let none = Secrets::new("two").unwrap().with_previous("");
        assert_eq!(none.open(&old, b"whatsapp:1"), Err(Unsealable));
    }

    #[test]
    fn what_an_earlier_version_sealed_is_opened() {
        // Written by the code of 22 November 2026, under the key `one`, for `whatsapp:1`.
        let stored = r#"{
            "key_id": "de59d249", "nonce": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH",
            "sealed": "LRHGz+RL5a57q5vXNEBN7OAw8f7H"
        }"#;
        let sealed: Sealed = serde_json::from_str(stored).unwrap();
        let secrets = Secrets::new("two").unwrap().with_previous("one");
        assert_eq!(secrets.open(&sealed, b"whatsapp:1").unwrap(), b"token");
    }

    #[test]
    fn an_empty_key_is_refused() {
        assert!(Secrets::new("").is_err());
    }
}
