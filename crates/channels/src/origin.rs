//! Origins of providers, as the application's variables hold them.

use http::Uri;

/// An origin, such as `https://graph.facebook.com`, without the slash that may end it. `None` if it is none: a path
/// would make Spin refuse every request of a component.
#[must_use]
pub fn origin(base_url: &str) -> Option<&str> {
    let uri: Uri = base_url.parse().ok()?;
    let web = matches!(uri.scheme_str(), Some("http" | "https"));
    (web && uri.path() == "/" && uri.query().is_none()).then(|| base_url.trim_end_matches('/'))
}
