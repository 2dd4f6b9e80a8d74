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

/// Names that no public name ends in: RFC 6761 and 6762 (with its appendix G), RFC 8375, and what clouds and resolvers use.
const INTERNAL_NAMES: [&str; 10] = [
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "arpa",
];

/// Whether a host is, or may be read as, an address within a network.
fn is_internal(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_lowercase();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&host);
    if let Ok(address) = bare.parse::<IpAddr>() {
        return is_internal_address(address);
    }
    // Anything else is read differently by different resolvers: `%31` as `1`, `[fe80::1%25eth0]` as a place on a network.
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    // A name of one label is looked up within the network.
    let Some((_, last)) = host.rsplit_once('.').filter(|_| host.chars().all(is_name)) else {
        return true;
    };
    // `127.1`, `2130706433` and `0x7f.1` are addresses to some resolvers; no public name ends so.
    last.is_empty()
        || last.starts_with(|c: char| c.is_ascii_digit())
        || INTERNAL_NAMES.contains(&last)
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
    // Only 2000::/3 is global unicast (RFC 4291, 2.4); of it, 2001::/23, 2001:db8::/32 and 3fff::/20 are not.
    segments[0] >> 13 != 1
        || (segments[0] == 0x2001 && (segments[1] < 0x200 || segments[1] == 0xdb8))
        || (segments[0] == 0x3fff && segments[1] < 0x1000)
}

#[cfg(test)]
mod tests;
