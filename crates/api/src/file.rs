//! Files that are part of a component.

use http::{HeaderName, header};
use sha2::{Digest, Sha256};

use crate::{Call, Reply};

/// For how long a file is taken as it is, in seconds. Afterwards its reader asks whether it is still the same.
const FRESH: &str = "public, max-age=3600";

impl Call {
    /// A file that pages of any origin may use; 304 for who has it already.
    #[must_use]
    pub fn file(&self, content_type: &'static str, bytes: &'static [u8]) -> Reply {
        let tag = format!("\"{}\"", hex::encode(&Sha256::digest(bytes)[..16]));
        let known = self.header("if-none-match").unwrap_or_default();
        let is_it = |known: &str| known == "*" || known.trim_start_matches("W/") == tag;
        let reply = match known.split(',').map(str::trim).any(is_it) {
            true => Reply::not_modified(),
            false => Reply::written(content_type, bytes),
        };
        reply
            .with_header(header::ETAG, &tag)
            .with_header(header::CACHE_CONTROL, FRESH)
            .with_header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
            .with_header(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin")
            .with_header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
    }
}
