//! Filters that take texts apart.

use minijinja::Error;
use minijinja::value::Value;

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
