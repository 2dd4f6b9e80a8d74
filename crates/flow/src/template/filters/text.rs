//! Filters of texts. They see what would be written of a value: of null nothing, where minijinja's own see the word `None`.

use minijinja::value::Value;
use minijinja::{Error, filters};

use super::{is_nothing, refuse_beyond_limit, written};

/// At most `length` characters (255 if not said), the last one being `…` if any were left out.
pub(super) fn truncate(value: &Value, length: Option<usize>) -> Result<String, Error> {
    Ok(crate::cut::cut(&written(value)?, length.unwrap_or(255)).into_owned())
}

/// The text with every `from` replaced. Its size is computed first: replacing multiplies.
pub(super) fn replace(value: &Value, from: &Value, to: &Value) -> Result<String, Error> {
    let (text, from, to) = (written(value)?, written(from)?, written(to)?);
    if from.is_empty() {
        return Ok(text.into_owned());
    }
    let times = text.matches(from.as_ref()).count();
    refuse_beyond_limit(text.len() - times * from.len() + times.saturating_mul(to.len()))?;
    Ok(text.replace(from.as_ref(), &to))
}

/// The parts between the marks; by white space where there is no mark.
pub(super) fn split(value: &Value, mark: Option<&Value>) -> Result<Value, Error> {
    let text = written(value)?;
    let mark = mark.map(written).transpose()?.unwrap_or_default();
    Ok(match (is_nothing(value), mark.is_empty()) {
        (true, _) => Value::from_iter([""; 0]),
        (false, true) => Value::from_iter(text.split_whitespace()),
        (false, false) => Value::from_iter(text.split(mark.as_ref())),
    })
}

pub(super) fn upper(value: &Value) -> Result<Value, Error> {
    Ok(like(value, written(value)?.to_uppercase()))
}

pub(super) fn lower(value: &Value) -> Result<Value, Error> {
    Ok(like(value, written(value)?.to_lowercase()))
}

/// The first letter in upper case, the others in lower case.
pub(super) fn capitalize(value: &Value) -> Result<Value, Error> {
    let text = written(value)?;
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    Ok(like(value, first.chain(letters.as_str().to_lowercase().chars()).collect()))
}

/// Every word capitalized.
pub(super) fn title(value: &Value) -> Result<Value, Error> {
    Ok(like(value, filters::title(written(value)?)))
}

/// Without the white space around, or without these characters.
pub(super) fn trim(value: &Value, around: Option<&Value>) -> Result<Value, Error> {
    let (text, around) = (written(value)?, around.map(written).transpose()?);
    let trimmed = match &around {
        Some(around) => text.trim_matches(|letter| around.contains(letter)),
        None => text.trim(),
    };
    Ok(like(value, trimmed.to_owned()))
}

/// A text in place of a value: in an address as it is where that was.
fn like(value: &Value, text: String) -> Value {
    if value.is_safe() { Value::from_safe_string(text) } else { Value::from(text) }
}
