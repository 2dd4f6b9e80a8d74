//! What Spin does to a request before a component sees it.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use http::header::{CONNECTION, HOST, HeaderName, HeaderValue};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, Request, Uri};

use crate::routes::Match;

/// Removes what only the server needs, and a `Host` that pretends to be service chaining.
pub(crate) fn strip_forbidden_headers(headers: &mut HeaderMap) {
    let chaining = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .map(|host| host.rsplit_once(':').map_or(host, |(host, _)| host))
        .and_then(|host| host.split_once('.'))
        .is_some_and(|(_, domain)| domain == "spin.internal");
    if chaining {
        headers.remove(HOST);
    }
    headers.remove(CONNECTION);
}

/// Completes the URI from the `Host` header. An error closes the connection without an answer.
pub(crate) fn complete_uri<B>(request: &mut Request<B>) -> anyhow::Result<()> {
    let from_header = match request.headers().get(HOST) {
        Some(host) => Some(host.to_str()?.parse::<Authority>().context("invalid Host")?),
        None => None,
    };
    let mut parts = request.uri().clone().into_parts();
    let authority = match (from_header, parts.authority) {
        (Some(header), Some(uri)) if header != uri => {
            bail!("the Host header and the URI name different hosts")
        }
        (Some(authority), _) | (None, Some(authority)) => authority,
        (None, None) => bail!("no Host header"),
    };
    parts.scheme = Some(Scheme::HTTP);
    parts.authority = Some(authority);
    *request.uri_mut() = Uri::from_parts(parts)?;
    Ok(())
}

/// Adds Spin's headers to those of the same names that the client sent, so that the first value
/// can be a forged one: Spin's behaviour.
pub(crate) fn add_spin_headers<B>(
    request: &mut Request<B>,
    found: &Match,
    client: SocketAddr,
) -> anyhow::Result<()> {
    for (name, value) in request.headers() {
        std::str::from_utf8(value.as_bytes())
            .with_context(|| format!("header {name} is not UTF-8"))?;
    }
    let host = match request.headers().get(HOST) {
        Some(host) => host.to_str()?,
        None => "localhost",
    };
    let path_and_query = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    let route_or_prefix = |route: &str| route.strip_suffix("/...").unwrap_or(route).to_owned();
    let mut added = vec![
        ("spin-path-info".to_owned(), found.trailing.clone()),
        ("spin-full-url".to_owned(), format!("http://{host}{path_and_query}")),
        ("spin-matched-route".to_owned(), found.based_route.clone()),
        ("spin-base-path".to_owned(), "/".to_owned()),
        ("spin-raw-component-route".to_owned(), found.raw_route.clone()),
        ("spin-component-route".to_owned(), route_or_prefix(&found.raw_route)),
        ("spin-client-addr".to_owned(), client.to_string()),
    ];
    for (name, value) in &found.parameters {
        let name = name.replace('_', "-").to_ascii_lowercase();
        added.push((format!("spin-path-match-{name}"), value.clone()));
    }
    let headers = request.headers_mut();
    for (name, value) in added {
        // What cannot be a header is left out.
        if let (Ok(name), Ok(value)) =
            (HeaderName::try_from(name), HeaderValue::try_from(value.as_bytes()))
        {
            headers.append(name, value);
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::manifest::{Target, Trigger};
    use crate::routes::Routes;

    fn request(uri: &str, headers: &[(&str, &str)]) -> Request<()> {
        let mut request = Request::get(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap()
    }

    fn values<'a>(request: &'a Request<()>, name: &str) -> Vec<&'a str> {
        let values = request.headers().get_all(name).iter();
        values.map(|value| value.to_str().unwrap()).collect()
    }

    #[test]
    fn spins_headers_come_after_forged_ones() {
        let routes = Routes::new(&[Trigger {
            route: Some("/w/:workflow_id/...".into()),
            target: Target::Component("one".into()),
        }])
        .unwrap();
        let mut request = request(
            "/w/42/a/b?c=d",
            &[
                ("host", "example.com"),
                ("spin-path-match-workflow-id", "forged"),
                ("spin-client-addr", "1.2.3.4"),
            ],
        );
        let found = routes.find("/w/42/a/b").unwrap();
        add_spin_headers(&mut request, &found, "127.0.0.1:99".parse().unwrap()).unwrap();
        for (name, expected) in [
            ("spin-path-match-workflow-id", &["forged", "42"][..]),
            ("spin-client-addr", &["1.2.3.4", "127.0.0.1:99"]),
            ("spin-full-url", &["http://example.com/w/42/a/b?c=d"]),
            ("spin-path-info", &["/a/b"]),
            ("spin-matched-route", &["/w/:workflow_id/..."]),
            ("spin-component-route", &["/w/:workflow_id"]),
            ("spin-raw-component-route", &["/w/:workflow_id/..."]),
            ("spin-base-path", &["/"]),
        ] {
            assert_eq!(values(&request, name), expected, "{name}");
        }
    }

    #[test]
    fn connection_and_chaining_hosts_are_removed_and_others_are_kept() {
        let mut chained = request("/", &[("host", "a.spin.internal:80"), ("connection", "close")]);
        strip_forbidden_headers(chained.headers_mut());
        assert!(chained.headers().is_empty());

        let mut plain = request("/", &[("host", "example.com"), ("accept", "*/*")]);
        strip_forbidden_headers(plain.headers_mut());
        assert_eq!(plain.headers().len(), 2);
    }

    #[test]
    fn the_host_must_be_known_and_unambiguous() {
        let mut good = request("/a?b", &[("host", "example.com")]);
        complete_uri(&mut good).unwrap();
        assert_eq!(good.uri(), "http://example.com/a?b");
        assert!(complete_uri(&mut request("/", &[])).is_err());
        let mut two = request("http://one.com/", &[("host", "two.com")]);
        assert!(complete_uri(&mut two).is_err());
    }
}
