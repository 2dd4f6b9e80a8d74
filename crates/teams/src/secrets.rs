//! Credentials at rest: XChaCha20-Poly1305 under a key derived from the `secrets_key` variable.

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

/// Seals and opens.
pub struct Secrets {
    cipher: XChaCha20Poly1305,
    key_id: String,
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
        let key = Sha256::new()
            .chain_update(b"parlance credentials v1\0")
            .chain_update(secrets_key.as_bytes())
            .finalize();
        let key_id = hex::encode(&Sha256::digest(key)[..4]);
        Ok(Self { cipher: XChaCha20Poly1305::new(&key), key_id })
    }

    /// Encrypts `text`, bound to `place`. The nonce must be random.
    ///
    /// # Errors
    /// When the text is too long for the cipher, beyond what memory holds.
    pub fn seal(&self, text: &[u8], place: &[u8], nonce: [u8; 24]) -> Result<Sealed, Unsealable> {
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: text, aad: place })
            .map_err(|_| Unsealable)?;
        Ok(Sealed {
            key_id: self.key_id.clone(),
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
        self.cipher
            .decrypt(&XNonce::from(nonce), Payload { msg: &text, aad: place })
            .map_err(|_| Unsealable)
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
    fn an_empty_key_is_refused() {
        assert!(Secrets::new("").is_err());
    }
}
