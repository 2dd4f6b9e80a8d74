//! Operators on texts, without regard to case, accents and white space.

use serde_json::Value;

use super::compare;
use super::side::Side;
use crate::fold::folded;

/// A text contains a text, a list an equal item, an object a field of that name. Nothing is contained nowhere.
pub(super) fn contains(value: &Side<'_>, to: &Side<'_>) -> bool {
    let Some(part) = to.text().filter(|part| !part.is_empty()) else { return false };
    match value.value {
        Value::Array(items) => items.iter().any(|item| compare::equals(&Side::of(item), to)),
        Value::Object(fields) => fields.keys().any(|key| folded(key) == part),
        _ => value.text().is_some_and(|text| text.contains(part.as_ref())),
    }
}

pub(super) fn not_contains(value: &Side<'_>, to: &Side<'_>) -> bool {
    !contains(value, to)
}

pub(super) fn starts_with(value: &Side<'_>, to: &Side<'_>) -> bool {
    any(value, to, |text, part| text.starts_with(part))
}

pub(super) fn ends_with(value: &Side<'_>, to: &Side<'_>) -> bool {
    any(value, to, |text, part| text.ends_with(part))
}

/// Whether the text, or one in the list, is so related to another, which is not empty.
pub(super) fn any(value: &Side<'_>, to: &Side<'_>, holds: impl Fn(&str, &str) -> bool) -> bool {
    let Some(part) = to.text().filter(|part| !part.is_empty()) else { return false };
    value.each().filter_map(|one| one.text()).any(|text| holds(&text, &part))
}
