//! `allowed_outbound_hosts`: Spin's patterns `scheme://host[:port]`, with `*`, networks, port
//! ranges and `self`.

use anyhow::{Context as _, bail, ensure};
use http::Uri;
use ip_network::IpNetwork;
use url::Host;

use crate::template::Template;
use crate::variables::Variables;

/// What one component may call.
#[derive(Debug, Default)]
pub(crate) struct AllowedHosts {
    patterns: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    /// `None` is any.
    scheme: Option<String>,
    host: HostPattern,
    port: PortPattern,
}

#[derive(Debug)]
enum HostPattern {
    Any,
    /// With the leading dot.
    AnySubdomain(String),
    Itself,
    Literal(Host),
    Network(IpNetwork),
}

#[derive(Debug)]
enum PortPattern {
    Any,
    /// Without the end.
    Range(u16, u16),
    One(u16),
}

impl AllowedHosts {
    /// Fails for what Spin refuses to load: a malformed pattern, or one that the defaults of the
    /// variables make malformed.
    pub(crate) fn check(
        patterns: &[String],
        default: impl Fn(&str) -> Option<String>,
    ) -> anyhow::Result<()> {
        for pattern in patterns {
            let template = Template::parse(pattern)?;
            let values: Vec<(&str, Option<String>)> =
                template.variables().map(|name| (name, default(name))).collect();
            let value = |name: &str| {
                let found = values.iter().find(|(other, _)| *other == name);
                found.and_then(|(_, value)| value.as_deref())
            };
            // Without a default there is nothing to check yet.
            if let Ok(text) = template.render(value) {
                parse(&template, &text)
                    .with_context(|| format!("`allowed_outbound_hosts` has {pattern:?}"))?;
            }
        }
        Ok(())
    }

    /// The patterns with the variables' values; empty ones are skipped, as Spin does.
    pub(crate) fn resolve(patterns: &[String], variables: &Variables) -> anyhow::Result<Self> {
        let mut resolved = Vec::new();
        for pattern in patterns {
            let template = Template::parse(pattern)?;
            let text = template
                .render(|name| variables.get(name))
                .map_err(|name| anyhow::anyhow!("unknown variable {name:?} in {pattern:?}"))?;
            resolved.extend(
                parse(&template, &text)
                    .with_context(|| format!("`allowed_outbound_hosts` has {pattern:?}"))?,
            );
        }
        Ok(Self { patterns: resolved })
    }

    /// Whether a request may go to `uri`, which has an authority.
    pub(crate) fn allow(&self, uri: &Uri) -> bool {
        let scheme = uri.scheme_str().unwrap_or("https");
        let Some(host) = uri.host().and_then(|host| Host::parse(host).ok()) else {
            return false;
        };
        let port = uri.port_u16().or_else(|| default_port(scheme));
        self.patterns.iter().any(|pattern| {
            pattern.allows_scheme(scheme)
                && pattern.host.allows(&host)
                && port.is_some_and(|port| pattern.port.allows(port))
        })
    }

    /// Whether the component may call its own application.
    pub(crate) fn allow_self(&self) -> bool {
        self.patterns.iter().any(|pattern| {
            matches!(pattern.host, HostPattern::Any | HostPattern::Itself)
                && (pattern.allows_scheme("http") || pattern.allows_scheme("https"))
        })
    }
}

/// The pattern in `text`, or none where a variable left nothing to allow.
fn parse(template: &Template, text: &str) -> anyhow::Result<Option<Pattern>> {
    if !template.is_literal() && matches!(text, "" | "http://" | "https://") {
        return Ok(None);
    }
    Pattern::parse(text).map(Some)
}

impl Pattern {
    fn parse(text: &str) -> anyhow::Result<Self> {
        let Some((scheme, rest)) = text.trim().split_once("://") else {
            bail!("{text:?} is not of the form <scheme>://<host>[:<port>]");
        };
        ensure!(
            scheme == "*" || scheme.chars().all(char::is_alphabetic),
            "scheme {scheme:?} must be letters only, or '*'"
        );
        let (host, port) = match rest.rsplit_once(':') {
            // An IPv6 address or network has colons of its own.
            Some((_, port)) if !port.is_empty() && HostPattern::parse(rest).is_ok() => (rest, ""),
            Some((host, port)) => (host, port),
            None => (rest, ""),
        };
        let (port, path) = port.split_once('/').unwrap_or((port, ""));
        ensure!(path.is_empty(), "{text:?} has a path, which is not allowed");
        Ok(Self {
            scheme: (scheme != "*").then(|| scheme.to_owned()),
            host: HostPattern::parse(host).with_context(|| format!("invalid host {host:?}"))?,
            port: PortPattern::parse(port, scheme)?,
        })
    }

    fn allows_scheme(&self, scheme: &str) -> bool {
        self.scheme.as_ref().is_none_or(|allowed| allowed == scheme)
    }
}

impl HostPattern {
    fn parse(host: &str) -> anyhow::Result<Self> {
        let host = host.trim();
        if host == "*" {
            return Ok(Self::Any);
        }
        if host == "self" || host == "self.alt" {
            return Ok(Self::Itself);
        }
        ensure!(!host.starts_with('{'), "lists of hosts are not supported");
        if let Ok(network) = IpNetwork::from_str_truncate(host) {
            return Ok(Self::Network(network));
        }
        let host = host.strip_suffix('/').unwrap_or(host);
        ensure!(!host.contains('/'), "must not have a path");
        let (any_subdomain, domain) = match host.strip_prefix("*.") {
            Some(domain) => (true, domain),
            None => (false, host),
        };
        ensure!(!domain.contains('*'), "'*' is allowed only as the first label");
        ensure!(
            domain != "spin.internal" && !domain.ends_with(".spin.internal"),
            "service chaining is not supported by this host"
        );
        match (Host::parse(domain)?, any_subdomain) {
            (Host::Domain(domain), true) => Ok(Self::AnySubdomain(format!(".{domain}"))),
            (_, true) => bail!("after '*.' there must be a domain"),
            (host, false) => Ok(Self::Literal(host)),
        }
    }

    fn allows(&self, host: &Host) -> bool {
        match (self, host) {
            (Self::Any, _) => true,
            (Self::AnySubdomain(suffix), Host::Domain(domain)) => domain.ends_with(suffix),
            (Self::Literal(literal), host) => literal == host,
            (Self::Network(network), Host::Ipv4(address)) => network.contains(*address),
            (Self::Network(network), Host::Ipv6(address)) => network.contains(*address),
            _ => false,
        }
    }
}

impl PortPattern {
    fn parse(port: &str, scheme: &str) -> anyhow::Result<Self> {
        let number = |text: &str| -> anyhow::Result<u16> {
            text.parse().with_context(|| format!("port {port:?} is not a number, a range or '*'"))
        };
        match port {
            "*" => Ok(Self::Any),
            "" => default_port(scheme)
                .map(Self::One)
                .with_context(|| format!("no port is given, and {scheme:?} has no default one")),
            _ => match port.split_once("..") {
                Some((start, end)) => Ok(Self::Range(number(start)?, number(end)?)),
                None => Ok(Self::One(number(port)?)),
            },
        }
    }

    fn allows(&self, port: u16) -> bool {
        match self {
            Self::Any => true,
            Self::Range(start, end) => (*start..*end).contains(&port),
            Self::One(allowed) => *allowed == port,
        }
    }
}

/// Ports that Spin knows for a scheme.
fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        "postgres" => Some(5432),
        "mysql" => Some(3306),
        "redis" => Some(6379),
        "mqtt" => Some(1883),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn allowed(pattern: &str, uri: &str) -> bool {
        let patterns = [pattern.to_owned()];
        let hosts = AllowedHosts::resolve(&patterns, &Variables::default()).unwrap();
        hosts.allow(&uri.parse().unwrap())
    }

    #[test]
    fn scheme_host_and_port_must_all_match() {
        for (pattern, uri, expected) in [
            ("https://example.com", "https://example.com/a?b", true),
            ("https://example.com", "https://example.com:443/", true),
            ("https://example.com", "http://example.com/", false),
            ("https://example.com", "https://example.com:8443/", false),
            ("https://example.com", "https://example.org/", false),
            ("https://example.com", "https://a.example.com/", false),
            ("https://EXAMPLE.com", "https://example.COM/", true),
            ("http://localhost:8080", "http://localhost:8080/", true),
            ("http://example.com:80", "http://example.com/", true),
            ("*://example.com:*", "http://example.com:1/", true),
            ("*://*:*", "http://10.0.0.1:1/", true),
        ] {
            assert_eq!(allowed(pattern, uri), expected, "{pattern} {uri}");
        }
    }

    #[test]
    fn a_star_stands_for_one_or_more_first_labels() {
        assert!(allowed("https://*.example.com", "https://a.example.com/"));
        assert!(allowed("https://*.example.com", "https://a.b.example.com/"));
        assert!(!allowed("https://*.example.com", "https://example.com/"));
        assert!(!allowed("https://*.example.com", "https://badexample.com/"));
    }

    #[test]
    fn a_port_range_excludes_its_end() {
        assert!(allowed("http://localhost:3000..4000", "http://localhost:3999/"));
        assert!(!allowed("http://localhost:3000..4000", "http://localhost:4000/"));
    }

    #[test]
    fn addresses_and_networks_are_allowed_as_such() {
        for (pattern, uri, expected) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/", true),
            ("http://127.0.0.1:8080", "http://127.0.0.2:8080/", false),
            ("http://127.0.0.1:8080", "http://localhost:8080/", false),
            ("http://10.0.0.0/8:*", "http://10.1.2.3:99/", true),
            ("http://10.0.0.0/8:*", "http://11.1.2.3:99/", false),
            ("http://[::1]:8080", "http://[::1]:8080/", true),
        ] {
            assert_eq!(allowed(pattern, uri), expected, "{pattern} {uri}");
        }
    }

    #[test]
    fn calling_oneself_needs_self_or_any_host() {
        for (pattern, expected) in [
            ("http://self", true),
            ("https://self", true),
            ("*://*:*", true),
            ("http://localhost", false),
        ] {
            let patterns = [pattern.to_owned()];
            let hosts = AllowedHosts::resolve(&patterns, &Variables::default()).unwrap();
            assert_eq!(hosts.allow_self(), expected, "{pattern}");
        }
        assert!(!allowed("http://self", "http://localhost/"));
    }

    #[test]
    fn malformed_patterns_are_refused() {
        for pattern in [
            "",
            "*",
            "example.com",
            "https://example.com/path",
            "https://example.com:443/path",
            "https://a.*.com",
            "ftp://example.com",
            "http://example.com:port",
            "h2://example.com",
            "http://other.spin.internal",
            "{{ open",
        ] {
            let patterns = [pattern.to_owned()];
            assert!(AllowedHosts::check(&patterns, |_| None).is_err(), "{pattern}");
        }
    }

    #[test]
    fn a_template_is_checked_with_the_defaults_and_skipped_when_empty() {
        let patterns = ["{{ url }}".to_owned()];
        let check =
            |default: Option<&str>| AllowedHosts::check(&patterns, |_| default.map(str::to_owned));
        assert!(check(None).is_ok());
        assert!(check(Some("")).is_ok());
        assert!(check(Some("https://example.com")).is_ok());
        assert!(check(Some("https://example.com/v1")).is_err());
        assert!(AllowedHosts::resolve(&patterns, &Variables::default()).is_err());
    }
}
