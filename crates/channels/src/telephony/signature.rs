//! `X-Twilio-Signature`: proof that a webhook comes from the holder of the auth token (page: usage/security).
//!
//! It covers the full public URL and the decoded parameters, by name, with nothing between name and value: the order of
//! the body does not count.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::Uri;
use sha1::Sha1;

/// Bytes of a SHA-1.
const DIGEST_BYTES: usize = 20;

/// Whether `header` is `base64(HMAC-SHA1(auth_token, url + name and value of each parameter))`, compared in constant time.
///
/// `url` is the one that Twilio calls: scheme, host, path and query as the public sees them. It is tried with and
/// without its port, as Twilio's own validators do, since what signs is inconsistent there (twilio-python,
/// `request_validator.py`).
///
/// Fails closed: no header, bad base64, a shortened digest or an empty token are all `false`.
#[must_use]
pub fn signature_matches(
    auth_token: &str,
    header: Option<&str>,
    url: &str,
    params: &[(String, String)],
) -> bool {
    let digest = header.and_then(|header| BASE64_STANDARD.decode(header).ok());
    let Some(digest) = digest.filter(|digest| digest.len() == DIGEST_BYTES) else { return false };
    if auth_token.is_empty() {
        return false;
    }
    let matches = |url: &str| {
        mac(auth_token, url, params).is_some_and(|mac| mac.verify_slice(&digest).is_ok())
    };
    let other = with_or_without_port(url);
    matches(url) | other.is_some_and(|url| matches(&url))
}

/// The header value that [`signature_matches`] accepts for this URL and these parameters; empty for an empty token.
///
/// For those who play the provider.
#[must_use]
pub fn sign(auth_token: &str, url: &str, params: &[(String, String)]) -> String {
    if auth_token.is_empty() {
        return String::new();
    }
    mac(auth_token, url, params)
        .map(|mac| BASE64_STANDARD.encode(mac.finalize().into_bytes()))
        .unwrap_or_default()
}

/// `None` never happens: HMAC takes a key of any length. A name with the same value twice counts once, as with Twilio.
fn mac(auth_token: &str, url: &str, params: &[(String, String)]) -> Option<Hmac<Sha1>> {
    let mut mac = Hmac::<Sha1>::new_from_slice(auth_token.as_bytes()).ok()?;
    mac.update(url.as_bytes());
    for (name, value) in params.iter().collect::<BTreeSet<_>>() {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    Some(mac)
}

/// The URL without the port that it names, or with the one that it does not.
fn with_or_without_port(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let authority = uri.authority()?.as_str();
    let (head, rest) = url.split_once(authority)?;
    let other = match uri.port() {
        Some(port) => authority.strip_suffix(port.as_str())?.strip_suffix(':')?.to_owned(),
        None if uri.scheme_str() == Some("http") => format!("{authority}:80"),
        None => format!("{authority}:443"),
    };
    Some(format!("{head}{other}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "12345";
    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";

    /// The check vectors of contract/channel-telephony.md.
    const VECTORS: [(&str, &str); 2] = [
        ("+12349013030", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="),
        ("+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    ];

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }

    fn call(caller: &str) -> Vec<(String, String)> {
        pairs(&[
            ("CallSid", "CA1234567890ABCDE"),
            ("From", caller),
            ("To", "+18005551212"),
            ("Caller", caller),
            ("Digits", "1234"),
        ])
    }

    fn holds(params: &[(String, String)]) -> bool {
        signature_matches(TOKEN, Some(VECTORS[0].1), URL, params)
    }

    #[test]
    fn the_contracts_check_vectors_hold_both_ways() {
        for (caller, signature) in VECTORS {
            assert_eq!(sign(TOKEN, URL, &call(caller)), signature);
            assert!(signature_matches(TOKEN, Some(signature), URL, &call(caller)));
        }
    }

    #[test]
    fn the_order_of_the_body_does_not_count() {
        let mut params = call(VECTORS[0].0);
        params.reverse();
        assert!(holds(&params));
    }

    #[test]
    fn a_changed_added_removed_or_second_value_is_refused() {
        let whole = call(VECTORS[0].0);
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at].1.push('0');
            assert!(!holds(&changed), "{:?} changed", whole[at]);
            let mut removed = whole.clone();
            removed.remove(at);
            assert!(!holds(&removed), "{:?} removed", whole[at]);
            let mut second = whole.clone();
            second.push((whole[at].0.clone(), "+15005550006".into()));
            assert!(!holds(&second), "{:?} with a second value", whole[at]);
            let mut renamed = whole.clone();
            renamed[at].0.push('X');
            assert!(!holds(&renamed), "{:?} renamed", whole[at]);
        }
        let mut added = whole.clone();
        added.push(("Extra".into(), "1".into()));
        assert!(!holds(&added));
        assert!(!holds(&[]));
    }

    #[test]
    fn the_same_pair_twice_counts_once_as_with_twilios_validators() {
        let mut params = call(VECTORS[0].0);
        params.push(params[1].clone());
        assert!(holds(&params));
    }

    #[test]
    fn values_of_one_name_are_signed_in_their_order_by_value() {
        let params = pairs(&[("a", "2"), ("a", "1"), ("A", "3")]);
        let written = pairs(&[("A3a1a2", "")]);
        assert_eq!(sign(TOKEN, URL, &params), sign(TOKEN, URL, &written));
    }

    #[test]
    fn anything_but_the_exact_signature_is_refused() {
        let (caller, signature) = VECTORS[0];
        let params = call(caller);
        let wrong = signature.replace("0/", "1/");
        let long = BASE64_STANDARD.encode([0; 21]);
        let headers = [None, Some(""), Some("="), Some(&signature[1..]), Some(&wrong), Some(&long)];
        for header in headers {
            assert!(!signature_matches(TOKEN, header, URL, &params), "{header:?}");
        }
        assert!(!signature_matches("54321", Some(signature), URL, &params));
        for url in [
            "https://mycompany.com/myapp.php",
            "https://mycompany.com/myapp.php?foo=1&bar=3",
            "http://mycompany.com/myapp.php?foo=1&bar=2",
            "https://mycompany.org/myapp.php?foo=1&bar=2",
        ] {
            assert!(!signature_matches(TOKEN, Some(signature), url, &params), "{url}");
        }
    }

    #[test]
    fn an_empty_token_accepts_nothing_not_even_its_own_signature() {
        let forged =
            mac("", URL, &[]).map(|mac| BASE64_STANDARD.encode(mac.finalize().into_bytes()));
        assert!(!signature_matches("", forged.as_deref(), URL, &[]));
        assert!(!signature_matches("", Some(&sign("", URL, &[])), URL, &[]));
    }

    #[test]
    fn the_port_may_be_named_by_either_side() {
        for (one, other) in [
            ("https://a.example/x?y=1", "https://a.example:443/x?y=1"),
            ("http://a.example/x", "http://a.example:80/x"),
            ("https://a.example/x", "https://a.example:8443/x"),
        ] {
            let signature = sign(TOKEN, one, &[]);
            assert!(signature_matches(TOKEN, Some(&signature), other, &[]), "{other}");
        }
        let signature = sign(TOKEN, "https://a.example:443/x", &[]);
        assert!(signature_matches(TOKEN, Some(&signature), "https://a.example/x", &[]));
        let signature = sign(TOKEN, "https://a.example:444/x", &[]);
        assert!(!signature_matches(TOKEN, Some(&signature), "https://a.example/x", &[]));
        assert!(!signature_matches(TOKEN, Some(&signature), "no url", &[]));
    }
}
