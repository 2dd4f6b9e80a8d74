//! The filters of templates: `{{ contact.name|default("friend")|upper }}`. A new one is a function in a file beside
//! this one, a line in `register` and its name in [`NAMES`]. None of them fails on a missing value, and none gives
//! more than [`MAX_BYTES`], however often it is repeated.
//!
//! | filter | gives |
//! | --- | --- |
//! | `default(other)` | `other` where there is nothing: missing, null or blank |
//! | `upper` `lower` `title` `capitalize` `trim` | the text so written; `title` every word, `capitalize` the first |
//! | `truncate(length = 255)` | at most so many characters, the last one `…` if any were left out |
//! | `replace(from, to)` | the text with every `from` replaced |
//! | `split(mark)` | a list of the parts between the marks; by white space without a mark |
//! | `join(mark = "", attribute)` | the items of a list, or that field of theirs, as one text |
//! | `first` `last` | an item of a list, a character of a text |
//! | `length` | characters of a text, items of a list, fields of an object; else 0 |
//! | `number(decimals, thousands = ",", mark = ".")` | `1299.5` as `1,299.50`; without `decimals` as many as there are |
//! | `round(decimals = 0)` `int` | a number; halves away from zero; `int` drops the decimals. Nothing where it is none |
//! | `date(format = "%Y-%m-%d", offset = "+00:00")` | a date, time or number of milliseconds as text, see `date.rs` |
//! | `json` (or `tojson`) `urlencode` | for a request's body, for a part of an address |

mod date;
mod list;
mod number;
mod text;

use std::borrow::Cow;

use minijinja::filters::urlencode;
use minijinja::value::{Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind};

use crate::limits::MAX_TEMPLATE_CHARS;

/// Bytes that a filter may give: more would not fit the output.
const MAX_BYTES: usize = MAX_TEMPLATE_CHARS * 4;

/// Every filter.
pub(crate) const NAMES: &[&str] = &[
    "capitalize",
    "date",
    "default",
    "first",
    "int",
    "join",
    "json",
    "last",
    "length",
    "lower",
    "number",
    "replace",
    "round",
    "split",
    "title",
    "tojson",
    "trim",
    "truncate",
    "upper",
    "urlencode",
];

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_filter("capitalize", text::capitalize);
    environment.add_filter("date", date::date);
    environment.add_filter("default", default);
    environment.add_filter("first", list::first);
    environment.add_filter("int", number::int);
    environment.add_filter("join", list::join);
    environment.add_filter("json", json);
    environment.add_filter("last", list::last);
    environment.add_filter("length", list::length);
    environment.add_filter("lower", text::lower);
    environment.add_filter("number", number::number);
    environment.add_filter("replace", text::replace);
    environment.add_filter("round", number::round);
    environment.add_filter("split", text::split);
    environment.add_filter("title", text::title);
    environment.add_filter("tojson", json);
    environment.add_filter("trim", text::trim);
    environment.add_filter("truncate", text::truncate);
    environment.add_filter("upper", text::upper);
    environment.add_filter("urlencode", encoded);
}

/// Another value where there is none: missing, null, or a blank text. (Jinja's own takes only the first for
/// none, and would greet a contact whose stored name is empty with nothing.)
fn default(value: &Value, other: Option<Value>) -> Value {
    let blank = value.as_str().is_some_and(|text| text.trim().is_empty());
    if is_nothing(value) || blank {
        return other.unwrap_or_else(|| Value::from(""));
    }
    value.clone()
}

/// JSON, for an address or a request body. Bounded, since every `|json` on a JSON text doubles its backslashes:
/// thirty in a row would take all memory there is.
pub(super) fn json(value: &Value) -> Result<String, Error> {
    let refuse = |reason: String| Error::new(ErrorKind::BadSerialization, reason);
    let json = serde_json::to_string(value).map_err(|error| refuse(error.to_string()))?;
    if json.len() > MAX_BYTES {
        return Err(refuse(format!("the JSON is longer than {MAX_TEMPLATE_CHARS} characters")));
    }
    Ok(json)
}

/// Percent-encoded, but for `/`; an object as `a=1&b=2`. Marked as safe, so that an address does not encode it again.
fn encoded(value: &Value) -> Result<Value, Error> {
    urlencode(value).map(Value::from_safe_string)
}

fn is_nothing(value: &Value) -> bool {
    value.is_undefined() || value.is_none()
}

/// A value as it is written in a text.
fn written(value: &Value) -> Result<Cow<'_, str>, Error> {
    Ok(match value.as_str() {
        Some(text) => Cow::Borrowed(text),
        None if is_nothing(value) => Cow::Borrowed(""),
        None if value.kind() == ValueKind::Number => Cow::Owned(value.to_string()),
        None => Cow::Owned(json(value)?),
    })
}

/// The failure of a filter whose output would have so many bytes, before they are made.
fn refuse_beyond_limit(bytes: usize) -> Result<(), Error> {
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    let message = format!("it would give more than {MAX_TEMPLATE_CHARS} characters");
    Err(Error::new(ErrorKind::InvalidOperation, message))
}
