//! The filters of templates: `{{ contact.name|default("friend")|upper }}`. A new one is a line in `register`.
//! None of them fails on a missing value.

use minijinja::filters::{lower, title, upper, urlencode};
use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind};

use crate::limits::MAX_TEMPLATE_CHARS;

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_filter("default", default);
    environment.add_filter("json", json);
    environment.add_filter("length", length);
    environment.add_filter("lower", lower);
    environment.add_filter("title", title);
    environment.add_filter("tojson", json);
    environment.add_filter("truncate", truncate);
    environment.add_filter("upper", upper);
    environment.add_filter("urlencode", encoded);
}

/// Another value where there is none: missing, null, or a blank text. (Jinja's own takes only the first for
/// none, and would greet a contact whose stored name is empty with nothing.)
fn default(value: &Value, other: Option<Value>) -> Value {
    let blank = value.as_str().is_some_and(|text| text.trim().is_empty());
    if value.is_undefined() || value.is_none() || blank {
        return other.unwrap_or_else(|| Value::from(""));
    }
    value.clone()
}

/// JSON, for an address or a request body. Bounded, since every `|json` on a JSON text doubles its backslashes:
/// thirty in a row would take all memory there is.
pub(super) fn json(value: &Value) -> Result<String, Error> {
    let refuse = |reason: String| Error::new(ErrorKind::BadSerialization, reason);
    let json = serde_json::to_string(value).map_err(|error| refuse(error.to_string()))?;
    if json.len() > MAX_TEMPLATE_CHARS * 4 {
        return Err(refuse(format!("the JSON is longer than {MAX_TEMPLATE_CHARS} characters")));
    }
    Ok(json)
}

/// Percent-encoded, but for `/`; an object as `a=1&b=2`. Marked as safe, so that an address does not encode it again.
fn encoded(value: &Value) -> Result<Value, Error> {
    urlencode(value).map(Value::from_safe_string)
}

/// Characters of a text, items of a list, fields of an object; 0 for everything else.
fn length(value: &Value) -> usize {
    value.len().unwrap_or(0)
}

/// At most `length` characters (255 if not said), the last one being `…` if any were left out.
fn truncate(value: &Value, length: Option<usize>) -> String {
    if value.is_undefined() || value.is_none() {
        return String::new();
    }
    crate::cut::cut(&value.to_string(), length.unwrap_or(255)).into_owned()
}
