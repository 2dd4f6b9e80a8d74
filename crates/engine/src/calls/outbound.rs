//! Where workflows may call, and what webhooks may be: `http` and `https`, and no address that is only reachable from within
//! the operator's network, unless the operator has listed it. (Names are resolved by the host, whose `block_networks` does the rest.)

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;

/// The address to call. `allowed` are the origins that the operator has listed, such as `http://10.0.0.5:8080`.
///
/// # Errors
/// Why it is refused.
pub(super) fn check(url: &str, allowed: &[String]) -> Result<Uri, String> {
    let uri = absolute(url)?;
    let authority = uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
    let origin = format!("{}://{authority}", uri.scheme_str().unwrap_or_default()).to_lowercase();
    let is_listed =
        allowed.iter().any(|listed| listed.trim_end_matches('/').to_lowercase() == origin);
    if !is_listed && is_internal(uri.host().unwrap_or_default()) {
        return Err(
            "private and local addresses are not called unless the operator lists them".to_owned()
        );
    }
    Ok(uri)
}

/// The address of a webhook: `https`, and none within a network, unless the operator lets webhooks be `private`.
///
/// # Errors
/// Why it is refused.
pub(crate) fn check_webhook(url: &str, private: bool) -> Result<Uri, String> {
    let uri = absolute(url)?;
    if private {
        return Ok(uri);
    }
    if uri.scheme_str() != Some("https") {
        return Err("must begin with https://".to_owned());
    }
    if is_internal(uri.host().unwrap_or_default()) {
        return Err("must not be a private or local address".to_owned());
    }
    Ok(uri)
}

fn absolute(url: &str) -> Result<Uri, String> {
    let uri: Uri = url.parse().map_err(|_| "it is no absolute URL".to_owned())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err("it is no absolute URL".to_owned());
    };
    if !["http", "https"].contains(&scheme) {
        return Err(format!("`{scheme}` is not called, only http and https are"));
    }
    if authority.as_str().contains('@') {
        return Err("a URL with a user name or password is not called".to_owned());
    }
    Ok(uri)
}

/// Whether a host is, or may be read as, an address within a network.
fn is_internal(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_lowercase();
    if let Ok(address) = host.parse::<IpAddr>() {
        return is_internal_address(address);
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    // `127.1`, `2130706433` and `0x7f.1` are addresses to some resolvers; no public name ends so.
    let is_number = last.starts_with(|c: char| c.is_ascii_digit());
    is_number || host.is_empty() || ["localhost", "local", "internal"].contains(&last)
}

fn is_internal_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_internal_v4(address),
        IpAddr::V6(address) => is_internal_v6(address),
    }
}

/// RFC 6890's special registry, as far as it is not global.
fn is_internal_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a, b, c) == (192, 0, 0)
        || (a == 198 && (b == 18 || b == 19))
}

fn is_internal_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // Addresses that carry an IPv4 one: mapped, NAT64, 6to4.
    let inner = match segments {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some((high, low))
        }
        [0x2002, high, low, ..] => Some((high, low)),
        _ => None,
    };
    if let Some((high, low)) = inner {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        return is_internal_v4(Ipv4Addr::new(a, b, c, d));
    }
    // Only 2000::/3 is global unicast (RFC 4291, 2.4); of it, 2001::/23 and 2001:db8::/32 are not.
    segments[0] >> 13 != 1
        || (segments[0] == 0x2001 && (segments[1] < 0x200 || segments[1] == 0xdb8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses_are_called() {
        for url in [
            "https://api.example.com/orders?x=1",
            "http://example.org:8080",
            "https://8.8.8.8/",
            "https://[2606:4700::1111]/",
        ] {
            assert!(check(url, &[]).is_ok(), "{url}");
        }
    }

    #[test]
    fn addresses_within_a_network_are_not() {
        for url in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0/",
            "http://localhost:3000/",
            "http://api.localhost/",
            "http://printer.local/",
            "http://metadata.google.internal/",
            "http://10.1.2.3/",
            "http://172.16.0.1/",
            "http://192.168.1.1/",
            "http://169.254.169.254/latest/meta-data",
            "http://100.64.0.1/",
            "http://[::1]/",
            "http://[::]/",
            "http://[fd00::1]/",
            "http://[fe80::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://user:secret@example.com/",
            "http://127.0.0.1./",
            "ftp://example.com/",
            "/relative",
            "",
        ] {
            assert!(check(url, &[]).is_err(), "{url}");
        }
    }

    #[test]
    fn the_operator_can_list_one() {
        let allowed = ["http://127.0.0.1:9000/".to_owned()];
        assert!(check("http://127.0.0.1:9000/orders", &allowed).is_ok());
        assert!(check("http://127.0.0.1:9001/orders", &allowed).is_err());
        assert!(check("https://127.0.0.1:9000/orders", &allowed).is_err());
    }
    #[test]
    fn a_webhook_is_public_and_encrypted_unless_the_operator_says_otherwise() {
        assert!(check_webhook("https://example.com/hook?x=1", false).is_ok());
        for url in [
            "http://example.com/hook",
            "https://127.0.0.1/",
            "https://10.0.0.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/",
            "https://[fe80::1]/",
            "https://localhost/",
            "https://2130706433/",
        ] {
            assert!(check_webhook(url, false).is_err(), "{url}");
            assert!(check_webhook(url, true).is_ok(), "{url}");
        }
        for url in ["https://user:secret@example.com/", "ftp://example.com/", "/hook", ""] {
            assert!(check_webhook(url, true).is_err(), "{url}");
        }
    }
}
