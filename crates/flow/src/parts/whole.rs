//! Whole numbers within a range.

use std::ops::RangeInclusive;

use crate::fields::Fields;

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
    let whole = value.as_u64().and_then(|number| u32::try_from(number).ok());
    whole.filter(|number| range.contains(number)).unwrap_or_else(|| {
        let (least, most) = range.into_inner();
        let message = format!("`{field}` is {value}; it is a whole number from {least} to {most}");
        fields.error(field, code, message);
        default
    })
}
