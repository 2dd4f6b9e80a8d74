//! JSON Web Tokens (RFC 7519), HS256 only: what is written here, and nothing else, is read here.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Problem;
use crate::signer::signer;

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

/// What a token says that was signed for this purpose. `None`: it is none of ours. When it ends is for the caller to see.
///
/// # Errors
/// [`Problem::NotConfigured`] when there is no `secrets_key`.
pub(crate) async fn read<C: DeserializeOwned>(
    purpose: &[u8],
    token: &str,
) -> Result<Option<C>, Problem> {
    let signer = signer(purpose).await?;
    let claims = || {
        let (signed, tag) = token.rsplit_once('.')?;
        let claims = signed.strip_prefix(HEADER)?.strip_prefix('.')?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        signer.chain_update(signed).verify_slice(&tag).ok()?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    };
    Ok(claims())
}
