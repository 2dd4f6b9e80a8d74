//! Pages by their origin: which of them may use an account.

/// Whether a text is an origin as browsers send it: `https` or `http`, a host in lower case, and a port unless it is the
/// scheme's own (https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin).
#[must_use]
pub fn origin_is_valid(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else { return false };
    let own_port = match scheme {
        "https" => "443",
        "http" => "80",
        _ => return false,
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    host_is_valid(host) && port.is_none_or(|port| port != own_port && port_is_valid(port))
}

fn host_is_valid(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok_and(|ip| ip.to_string() == address);
    }
    let is_label = |label: &str| {
        let is_kept = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        !label.is_empty() && label.bytes().all(|byte| is_kept(byte) || matches!(byte, b'-' | b'_'))
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

fn port_is_valid(port: &str) -> bool {
    port.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == port)
}

/// Where a request comes from, as the browser says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Caller<'a> {
    /// `Origin`.
    pub origin: Option<&'a str>,
    /// `Sec-Fetch-Site`, which no page can set.
    pub site: Option<&'a str>,
    /// `Host`.
    pub host: Option<&'a str>,
}

impl Caller<'_> {
    /// The one of the `allowed` origins that the request comes from. Browsers send no `Origin` with what a page gets from
    /// its own host: then it is the origin of that host.
    #[must_use]
    pub fn find<'o>(&self, allowed: &'o [String]) -> Option<&'o str> {
        let is_it = |candidate: &&String| match (self.origin, self.site, self.host) {
            (Some(origin), ..) => candidate.as_str() == origin,
            (None, Some("same-origin"), Some(host)) => {
                candidate.split_once("://").is_some_and(|(_, own)| own == host)
            }
            _ => false,
        };
        allowed.iter().find(is_it).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_sends() {
        for good in [
            "https://shop.example",
            "http://localhost:8080",
            "https://xn--bcher-kva.example:8443",
            "http://127.0.0.1:3000",
            "http://[::1]:3000",
            "https://my_shop.example",
        ] {
            assert!(origin_is_valid(good), "{good}");
        }
        for bad in [
            "",
            "*",
            "null",
            "shop.example",
            "https://",
            "https://*.example",
            "https://shop.example/",
            "https://shop.example/page",
            "https://Shop.example",
            "https://shop.example:443",
            "http://shop.example:80",
            "https://shop.example:",
            "https://shop.example:0",
            "https://shop.example:080",
            "https://shop.example:99999",
            "https://user@shop.example",
            "https://bücher.example",
            "https://shop..example",
            "https://[::0001]",
            "ftp://shop.example",
            "file://",
            " https://shop.example",
        ] {
            assert!(!origin_is_valid(bad), "{bad}");
        }
    }

    #[test]
    fn only_a_page_of_an_allowed_origin_is_found() {
        let allowed = ["https://shop.example".to_owned(), "http://localhost:8080".to_owned()];
        let of = |origin| Caller { origin, ..Caller::default() }.find(&allowed);
        assert_eq!(of(Some("https://shop.example")), Some("https://shop.example"));
        for other in [
            None,
            Some("null"),
            Some("http://shop.example"),
            Some("https://shop.example:8443"),
            Some("https://evil.shop.example"),
            Some("https://shop.example.evil"),
            Some("https://SHOP.example"),
        ] {
            assert_eq!(of(other), None, "{other:?}");
        }
    }

    #[test]
    fn a_page_of_the_servers_own_host_sends_no_origin_when_it_gets() {
        let allowed = ["https://shop.example".to_owned()];
        let from = |site, host| Caller { origin: None, site, host }.find(&allowed);
        assert_eq!(from(Some("same-origin"), Some("shop.example")), Some("https://shop.example"));
        assert_eq!(from(Some("same-origin"), Some("other.example")), None);
        assert_eq!(from(Some("cross-site"), Some("shop.example")), None);
        assert_eq!(from(None, Some("shop.example")), None);
        let both = Caller {
            origin: Some("https://evil.example"),
            site: Some("same-origin"),
            host: Some("shop.example"),
        };
        assert_eq!(both.find(&allowed), None, "what is said is what counts");
    }
}
