//! Whole numbers within a range.

use std::ops::RangeInclusive;

use serde_json::Value;

use crate::fields::Fields;

/// A whole number, also as `2.0`: to JSON Schema that is an integer, too.
fn whole_number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        let number = value.as_f64().filter(|number| number.fract() == 0.0);
        number
            .filter(|number| (0.0..=f64::from(u32::MAX)).contains(number))
            .map(|number| number as u64)
    })
}

/// Reads a field with a whole number of `range`; `code` is of the issue where it is another. Absent or wrong: `default`.
pub(crate) fn read_whole(
    fields: &mut Fields<'_, '_>,
    field: &'static str,
    range: RangeInclusive<u32>,
    code: &'static str,
    default: u32,
) -> u32 {
    let Some(value) = fields.get(field) else { return default };
    if !value.is_number() {
        fields.wrong_type(field, value, "a number");
        return default;
    }
    let whole = whole_number(value).and_then(|number| u32::try_from(number).ok());
    whole.filter(|number| range.contains(number)).unwrap_or_else(|| {
        let (least, most) = range.into_inner();
        let message = format!("`{field}` is {value}; it is a whole number from {least} to {most}");
        fields.error(field, code, message);
        default
    })
}
