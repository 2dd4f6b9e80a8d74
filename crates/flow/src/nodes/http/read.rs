//! Reading an `http`.

use serde_json::Value;

use super::{Body, Http};
use crate::fields::{Fields, Limit, escape};
use crate::limits::{
    DEFAULT_HTTP_SECONDS, MAX_HEADER_VALUE_CHARS, MAX_HTTP_HEADERS, MAX_HTTP_SECONDS,
    MAX_HTTP_SENT_BYTES, MAX_NAME_CHARS, MAX_TEMPLATE_CHARS,
};
use crate::measure::json_length;
use crate::node::Node;
use crate::parts::address::{self, Beginning};
use crate::parts::{Tree, read_name, read_whole};
use crate::template::Text;

pub(super) const GET: &str = "GET";
pub(super) const METHODS: [&str; 5] = [GET, "POST", "PUT", "PATCH", "DELETE"];

/// Headers that describe the connection, which is not the workflow's: a host refuses them (wasmtime-wasi-http,
/// `DEFAULT_FORBIDDEN_HEADERS`), or sets them itself.
const OF_THE_CONNECTION: [&str; 12] = [
    "connection",
    "content-length",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Box<dyn Node> {
    let method = read_method(fields);
    Box::new(Http {
        method,
        url: read_url(fields),
        headers: read_headers(fields),
        body: read_body(fields, method),
        timeout_seconds: read_whole(
            fields,
            "timeout",
            1..=MAX_HTTP_SECONDS,
            "timeout_out_of_range",
            DEFAULT_HTTP_SECONDS,
        ),
        save_as: read_name(fields, "save_as"),
    })
}

fn read_method(fields: &mut Fields<'_, '_>) -> &'static str {
    let Some(name) = fields.string("method", Limit(usize::MAX, "unknown_method")) else {
        return GET;
    };
    METHODS.into_iter().find(|method| *method == name).unwrap_or_else(|| {
        let message = format!("no method `{name}`; there are {}", METHODS.join(", "));
        fields.error("method", "unknown_method", message);
        // One that may have a body, so that nothing is said of it.
        "POST"
    })
}

fn read_url(fields: &mut Fields<'_, '_>) -> Text {
    let url = address::read(fields, "url");
    let source = fields.get("url").and_then(Value::as_str).unwrap_or_default();
    if address::check_beginning(source) == Ok(Beginning::HostOfVariables) {
        let message = "a variable decides which host is called; the host belongs into the text, \
                       unless whoever sets the variable may choose it";
        fields.warning("url", "url_host_from_variable", message);
    }
    url
}

fn read_headers(fields: &mut Fields<'_, '_>) -> Vec<(String, Text)> {
    let Some(value) = fields.get("headers") else { return Vec::new() };
    let Value::Object(object) = value else {
        fields.wrong_type("headers", value, "an object of texts by name");
        return Vec::new();
    };
    if object.len() > MAX_HTTP_HEADERS {
        let message = format!("{} headers; there may be {MAX_HTTP_HEADERS}", object.len());
        fields.error("headers", "too_many_headers", message);
    }
    let mut headers: Vec<(String, Text)> = Vec::new();
    for (name, value) in object.iter().take(MAX_HTTP_HEADERS) {
        let path = format!("headers/{}", escape(name));
        let lower = name.to_ascii_lowercase();
        if let Some(reason) = name_refusal(&lower, &headers) {
            fields.error(&path, "invalid_header", reason);
        }
        let Some(source) = value.as_str() else {
            fields.wrong_type(&path, value, "a text");
            continue;
        };
        let text = fields.template(&path, source, Limit(MAX_TEMPLATE_CHARS, "invalid_header"));
        if let Some(reason) = text.as_plain().and_then(refusal) {
            fields.error(&path, "invalid_header", reason);
        }
        headers.push((lower, text));
    }
    headers
}

fn name_refusal(name: &str, others: &[(String, Text)]) -> Option<String> {
    // RFC 9110, section 5.6.2: a token.
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || name.len() > MAX_NAME_CHARS || !name.chars().all(token) {
        return Some(format!(
            "`{name}` cannot be the name of a header; it has up to {MAX_NAME_CHARS} letters, digits and -"
        ));
    }
    if OF_THE_CONNECTION.contains(&name) {
        return Some(format!("`{name}` is set by whoever makes the connection; leave it out"));
    }
    let again = others.iter().any(|(other, _)| other == name);
    again.then(|| format!("`{name}` is there twice; upper and lower case are the same"))
}

/// Why a text cannot be the value of a header. Beyond ASCII, every server understands something else.
pub(super) fn refusal(value: &str) -> Option<String> {
    if value.len() > MAX_HEADER_VALUE_CHARS {
        return Some(format!("its value is longer than {MAX_HEADER_VALUE_CHARS} characters"));
    }
    let sendable = |c: char| c == ' ' || c.is_ascii_graphic();
    (!value.chars().all(sendable))
        .then(|| "its value may have ASCII letters, digits, signs and spaces only".to_owned())
}

fn read_body(fields: &mut Fields<'_, '_>, method: &str) -> Body {
    let Some(value) = fields.get("body") else { return Body::Nothing };
    if method == GET {
        let message = "a GET has no body; use POST, or put the values into the address";
        fields.error("body", "conflicting_fields", message);
        return Body::Nothing;
    }
    if let Value::String(text) = value {
        let limit = Limit(MAX_TEMPLATE_CHARS, "text_too_long");
        return Body::Text(fields.template("body", text, limit));
    }
    let body = Tree::read(fields, "body", value, 0);
    let length = json_length(value);
    if !body.has_templates() && length > MAX_HTTP_SENT_BYTES {
        let message = format!("the body has {length} bytes; it may have {MAX_HTTP_SENT_BYTES}");
        fields.error("body", "value_too_long", message);
    }
    Body::Json(body)
}
