//! JSON Web Tokens (RFC 7519), HS256 only: what is written here, and nothing else, is read here.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;

use crate::Problem;
use crate::signer::{signer, signers};

/// `{"alg":"HS256","typ":"JWT"}`: the only header that is written, and the only one that is read.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// A token that says `claims`, good for one purpose only.
///
/// # Errors
/// [`Problem::NotConfigured`] when there is no `secrets_key` to sign with.
pub(crate) async fn sign(purpose: &[u8], claims: &impl Serialize) -> Result<String, Problem> {
    let claims = serde_json::to_vec(claims).unwrap_or_default();
    let signed = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(claims));
    let tag = signer(purpose).await?.chain_update(&signed).finalize().into_bytes();
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag)))
}

/// What a token says.
pub(crate) struct Read<C> {
    /// When it ends is for the caller to see.
    pub claims: C,
    /// Whether the key before signed it: it will be good for nothing once the operator takes that away.
    pub by_previous: bool,
}

/// What a token says that was signed for this purpose. `None`: it is none of ours.
///
/// # Errors
/// [`Problem::NotConfigured`] when there is no `secrets_key`.
pub(crate) async fn read<C: DeserializeOwned>(
    purpose: &[u8],
    token: &str,
) -> Result<Option<Read<C>>, Problem> {
    let signers = signers(purpose).await?;
    let read = |claims, by_previous| Read { claims, by_previous };
    let current = claims(signers.current, token).map(|claims| read(claims, false));
    Ok(current.or_else(|| claims(signers.previous?, token).map(|claims| read(claims, true))))
}

fn claims<C: DeserializeOwned>(signer: Hmac<Sha256>, token: &str) -> Option<C> {
    let (signed, tag) = token.rsplit_once('.')?;
    let claims = signed.strip_prefix(HEADER)?.strip_prefix('.')?;
    let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
    signer.chain_update(signed).verify_slice(&tag).ok()?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}
