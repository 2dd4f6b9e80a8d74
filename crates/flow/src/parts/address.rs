//! Addresses of the web, which are called or whose files are sent: what can be known of one beforehand, and what it
//! must be in the end.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::fields::{Fields, Limit};
use crate::limits::MAX_URL_CHARS;
use crate::template::Text;

/// What an address cannot have as it is, but people and variables write: these characters, and all beyond ASCII.
const REST: &AsciiSet =
    &CONTROLS.add(b'"').add(b'<').add(b'>').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// Reads a field with an address, in which variables are percent-encoded.
pub(crate) fn read(fields: &mut Fields<'_, '_>, field: &'static str) -> Text {
    if !fields.has(field) {
        fields.missing(field);
    }
    let Some(source) = fields.string(field, Limit(usize::MAX, "invalid_url")) else {
        return Text::plain("");
    };
    let url = fields.address(field, source, Limit(usize::MAX, "invalid_url"));
    if let Err(reason) = check_beginning(source) {
        fields.error(field, "invalid_url", reason);
    }
    url
}

/// What [`read`] reads: what begins with a variable, or with a scheme.
#[cfg(feature = "schema")]
pub(crate) fn schema() -> serde_json::Value {
    let begins = "^\\s*([hH][tT][tT][pP][sS]?://|\\{\\{)";
    serde_json::json!({"type": "string", "pattern": begins})
}

/// What is known of an address that is a template.
#[derive(Debug, PartialEq)]
pub(crate) enum Beginning {
    /// Which host it calls.
    Known,
    /// That variables have a part in which host it calls.
    HostOfVariables,
}

/// Looks at a template, whose variables are not known yet.
pub(crate) fn check_beginning(source: &str) -> Result<Beginning, String> {
    let source = source.trim();
    let Some((literal, _)) = source.split_once("{{") else {
        return check(source).map(|_| Beginning::Known);
    };
    if literal.is_empty() {
        return Ok(Beginning::HostOfVariables);
    }
    let (scheme, rest) = split_scheme(literal)?;
    let (authority, path) = split_authority(rest);
    if path.is_empty() {
        return Ok(Beginning::HostOfVariables);
    }
    check(&format!("{scheme}{authority}/")).map(|_| Beginning::Known)
}

/// The address as it is sent; or why it cannot be called.
pub(crate) fn check(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err("an address has no spaces, line breaks or backslashes".to_owned());
    }
    let (scheme, rest) = split_scheme(text)?;
    let (authority, rest) = split_authority(rest);
    check_authority(authority)?;
    // What comes after is for browsers.
    let rest = rest.split('#').next().unwrap_or_default();
    let path = rest.split('?').next().unwrap_or_default();
    if path.split('/').any(is_dots) {
        return Err(
            "an address has no `.` or `..` between slashes: they would lead elsewhere".to_owned()
        );
    }
    let address = format!("{scheme}{authority}{}", utf8_percent_encode(rest, REST));
    match address.len() {
        0..=MAX_URL_CHARS => Ok(address),
        length => Err(format!("the address has {length} characters; it may have {MAX_URL_CHARS}")),
    }
}

fn split_scheme(text: &str) -> Result<(&'static str, &str), String> {
    let found = ["https://", "http://"].into_iter().find_map(|scheme| {
        let (begins, rest) = text.split_at_checked(scheme.len())?;
        begins.eq_ignore_ascii_case(scheme).then_some((scheme, rest))
    });
    found.ok_or_else(|| "an address begins with https:// or http://".to_owned())
}

/// Host and port, and what follows.
fn split_authority(rest: &str) -> (&str, &str) {
    rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()))
}

fn check_authority(authority: &str) -> Result<(), String> {
    if authority.contains('@') {
        return Err(
            "an address has no name and password in it; use the header authorization".to_owned()
        );
    }
    let bracket = authority.starts_with('[').then(|| authority.find(']')).flatten();
    let (host, port) = match bracket {
        Some(end) => authority.split_at(end + 1),
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let is_ip = |c: char| c.is_ascii_hexdigit() || ":.".contains(c);
    let host_fits = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(ip) => !ip.is_empty() && ip.chars().all(is_ip),
        None => !host.is_empty() && host.chars().all(is_name),
    };
    let port_fits = match port.strip_prefix(':') {
        Some(port) => port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok(),
        None => port.is_empty(),
    };
    match host_fits && port_fits {
        true => Ok(()),
        false => {
            Err(format!("`{authority}` is no host, such as `api.example.com` or `localhost:8080`"))
        }
    }
}

/// Whether a part of a path is `.` or `..`, in whatever disguise.
fn is_dots(part: &str) -> bool {
    let part = part.to_ascii_lowercase().replace("%2e", ".");
    part == "." || part == ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_sent_as_a_server_wants_them() {
        for (text, sent) in [
            ("https://api.example.com", "https://api.example.com"),
            (" HTTPS://api.example.com/a?b=c#d ", "https://api.example.com/a?b=c"),
            ("http://localhost:8080/ü/{x}|\"y\"", "http://localhost:8080/%C3%BC/%7Bx%7D%7C%22y%22"),
            ("https://[::1]:443/?a[b]=%20", "https://[::1]:443/?a[b]=%20"),
            ("https://a.example/x..y/.well-known/...", "https://a.example/x..y/.well-known/..."),
        ] {
            assert_eq!(check(text).as_deref(), Ok(sent));
        }
    }

    #[test]
    fn what_cannot_be_called_is_refused() {
        let long = format!("https://a.example/{}", "x".repeat(MAX_URL_CHARS));
        for text in [
            "",
            "api.example.com/x",
            "ftp://api.example.com",
            "javascript:alert(1)",
            "//a.example",
            "https:/a",
            "https://",
            "https:///x",
            "https://?x",
            "https://a b.example",
            "https://a.example/x y",
            "https://a.example/x\r\nHost: b",
            "https://a.example\\@b.example",
            "https://user@a.example",
            "https://a.example:",
            "https://a.example:99999",
            "https://a.example:+80",
            "https://ä.example",
            "https://a%2Eexample/",
            "https://[::1",
            "https://[]/",
            "https://[::1]x/",
            "https://a.example/x/../y",
            "https://a.example/%2E%2e",
            "https://a.example/.",
            "https",
            "é",
            &long,
        ] {
            assert!(check(text).is_err(), "{text}");
        }
    }

    #[test]
    fn who_is_called_is_known_where_the_host_is_in_the_text() {
        for source in [
            "https://a.example/{{context.x}}",
            "https://a.example?x={{context.x}}",
            "http://a.example:80/x",
        ] {
            assert_eq!(check_beginning(source), Ok(Beginning::Known), "{source}");
        }
        for source in [
            "{{context.x}}",
            " {{context.x}}/y",
            "https://{{context.x}}/y",
            "https://a.{{context.x}}/y",
            "https://a.example{{context.x}}",
            "https://a.example:{{context.x}}/",
        ] {
            assert_eq!(check_beginning(source), Ok(Beginning::HostOfVariables), "{source}");
        }
        for source in [
            "ftp://{{context.x}}",
            "http{{context.x}}",
            "https:///{{context.x}}",
            "/x/{{context.x}}",
            "https://a@b/{{context.x}}",
        ] {
            assert!(check_beginning(source).is_err(), "{source}");
        }
    }
}
