//! Filters of lists.

use minijinja::Error;
use minijinja::value::{Value, ValueKind};

use super::{refuse_beyond_limit, written};

/// Characters of a text, items of a list, fields of an object; 0 for everything else.
pub(super) fn length(value: &Value) -> usize {
    value.len().unwrap_or(0)
}

/// The first item of a list, the first character of a text.
pub(super) fn first(value: &Value) -> Value {
    match value.as_str() {
        Some(text) => text.chars().next().map_or(Value::UNDEFINED, Value::from),
        None if is_list(value) => items(value).next().unwrap_or_default(),
        None => Value::UNDEFINED,
    }
}

/// The last item of a list, the last character of a text.
pub(super) fn last(value: &Value) -> Value {
    match value.as_str() {
        Some(text) => text.chars().next_back().map_or(Value::UNDEFINED, Value::from),
        None if is_list(value) => items(value).last().unwrap_or_default(),
        None => Value::UNDEFINED,
    }
}

/// The items of a list, or a field of each, with a mark between them; items without a value are left out. What is no
/// list is joined already.
pub(super) fn join(
    value: &Value,
    mark: Option<&Value>,
    attribute: Option<&Value>,
) -> Result<String, Error> {
    let mark = mark.map(written).transpose()?.unwrap_or_default();
    let attribute = attribute.map(written).transpose()?;
    if !is_list(value) {
        return Ok(written(value)?.into_owned());
    }
    let mut joined = String::new();
    for item in items(value) {
        let item = match &attribute {
            None => item,
            Some(name) => {
                name.split('.').fold(item, |item, key| item.get_attr(key).unwrap_or_default())
            }
        };
        let text = written(&item)?;
        if text.is_empty() {
            continue;
        }
        let between = if joined.is_empty() { "" } else { mark.as_ref() };
        refuse_beyond_limit(joined.len() + between.len() + text.len())?;
        joined.push_str(between);
        joined.push_str(&text);
    }
    Ok(joined)
}

fn is_list(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable)
}

fn items(value: &Value) -> impl Iterator<Item = Value> {
    value.try_iter().into_iter().flatten()
}
