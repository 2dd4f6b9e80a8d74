//! Numbers in texts: `{{ context.total|number(2) }}` writes `1,299.50`, `|number(2, ".", ",")` writes `1.299,50`.

use minijinja::value::Value;

use super::is_nothing;
use crate::number;

/// Decimals that can be asked for: a float has no more than 17 digits that mean anything.
const MAX_DECIMALS: usize = 20;

/// A number with marks between its thousands. What is no number is left as it is.
pub(super) fn number(
    value: &Value,
    decimals: Option<usize>,
    thousands: Option<&str>,
    mark: Option<&str>,
) -> Value {
    let Some(number) = of(value) else {
        return if is_nothing(value) { Value::from("") } else { value.clone() };
    };
    let written = match decimals {
        Some(decimals) => number::rounded(number, decimals.min(MAX_DECIMALS)),
        None => number.to_string(),
    };
    let (sign, digits) = match written.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", written.as_str()),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let (thousands, mark) = (of_mark(thousands.unwrap_or(",")), of_mark(mark.unwrap_or(".")));
    let mut text = String::with_capacity(written.len() * 2);
    text.push_str(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            text.push_str(thousands);
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push_str(mark);
        text.push_str(fraction);
    }
    Value::from(text)
}

/// The nearest number with so many decimals, none if not said. Nothing where it is no number.
pub(super) fn round(value: &Value, decimals: Option<usize>) -> Value {
    let decimals = decimals.unwrap_or(0).min(MAX_DECIMALS);
    let rounded = of(value).and_then(|number| number::rounded(number, decimals).parse().ok());
    rounded.map_or(Value::UNDEFINED, value_of)
}

/// The number without its decimals. Nothing where it is no number.
pub(super) fn int(value: &Value) -> Value {
    of(value).map_or(Value::UNDEFINED, |number| value_of(number.trunc()))
}

fn of(value: &Value) -> Option<f64> {
    match value.as_str() {
        Some(text) => number::parse(text),
        None if value.is_number() => f64::try_from(value.clone()).ok().filter(|n| n.is_finite()),
        None => None,
    }
}

/// Whole numbers without `.0`.
fn value_of(number: f64) -> Value {
    match number::to_json(number).as_i64() {
        Some(whole) => Value::from(whole),
        None => Value::from(number),
    }
}

/// The first character: a longer mark would let the output grow.
fn of_mark(mark: &str) -> &str {
    let end = mark.chars().next().map_or(0, char::len_utf8);
    &mark[..end]
}
