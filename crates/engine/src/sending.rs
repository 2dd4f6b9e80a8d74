//! Requests that carry credentials of ours. Providers repeat a token that they refuse ("Malformed access token …"), and their
//! words are kept, shown to the team and logged: so the token is taken out of the answer, before anybody reads it.

use std::time::Duration;

use http::Request;

use crate::{Answer, Engine, Host, SendError};

/// What stands in the place of a credential.
const REMOVED: &[u8] = b"[removed]";
/// Bytes of the shortest credential that is looked for: a shorter one is no secret, and would be found in any text.
const SHORTEST: usize = 8;

impl<H: Host> Engine<'_, H> {
    /// Sends a request. What its sensitive headers hold is not in the answer.
    ///
    /// # Errors
    /// As [`Host::send`].
    pub(crate) async fn send(
        &self,
        request: Request<Vec<u8>>,
        within: Duration,
    ) -> Result<Answer, SendError> {
        let secrets = secrets(&request);
        let mut answer = self.host.send(request, within).await?;
        for secret in secrets {
            answer.body = without(answer.body, &secret);
        }
        Ok(answer)
    }
}

fn secrets(request: &Request<Vec<u8>>) -> Vec<Vec<u8>> {
    let sensitive = request.headers().values().filter(|value| value.is_sensitive());
    sensitive
        .map(|value| {
            let value = value.as_bytes();
            value.strip_prefix(b"Bearer ").unwrap_or(value).to_vec()
        })
        .filter(|secret| secret.len() >= SHORTEST)
        .collect()
}

fn without(body: Vec<u8>, secret: &[u8]) -> Vec<u8> {
    if !body.windows(secret.len()).any(|part| part == secret) {
        return body;
    }
    let mut left = Vec::with_capacity(body.len());
    let mut rest = body.as_slice();
    while let Some(&first) = rest.first() {
        match rest.strip_prefix(secret) {
            Some(after) => {
                left.extend_from_slice(REMOVED);
                rest = after;
            }
            None => {
                left.push(first);
                rest = &rest[1..];
            }
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn what_is_sensitive_is_looked_for_without_its_scheme() {
        let mut request = Request::new(Vec::new());
        for (name, value, sensitive) in [
            ("authorization", "Bearer EAAG-token", true),
            ("x-api-key", "another-key", true),
            ("x-short", "short", true),
            ("x-team", "acme-and-sons", false),
        ] {
            let mut header = HeaderValue::from_static(value);
            header.set_sensitive(sensitive);
            request.headers_mut().insert(name, header);
        }
        assert_eq!(secrets(&request), [b"EAAG-token".to_vec(), b"another-key".to_vec()]);
    }

    #[test]
    fn a_credential_is_taken_out_wherever_it_stands() {
        let taken = |body: &str| {
            String::from_utf8(without(body.as_bytes().to_vec(), b"EAAG-token")).unwrap()
        };
        assert_eq!(taken("{\"a\": \"Malformed EAAG-token\"}"), "{\"a\": \"Malformed [removed]\"}");
        assert_eq!(taken("EAAG-tokenEAAG-tokEAAG-token"), "[removed]EAAG-tok[removed]");
        for other in ["", "EAAG", "EAAG-toke", "{\"error\": {}}"] {
            assert_eq!(taken(other), other);
        }
    }
}
