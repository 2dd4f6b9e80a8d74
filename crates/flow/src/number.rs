//! Numbers as people and JSON documents write them: `129`, `"129.00"`, `1,299.50`, `12,5`.

use serde_json::{Number, Value};

/// Reads a JSON number, or a string that is one.
pub(crate) fn of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => parse(text),
        _ => None,
    }
}

/// Reads digits with an optional sign, white space and one decimal mark. A comma before exactly three digits
/// groups thousands; a single other comma is the decimal mark. No exponents, no currency.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let unsigned = compact.strip_prefix(['+', '-']).unwrap_or(&compact);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if !unsigned.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',') {
        return None;
    }
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    if fraction.is_some_and(|digits| digits.contains([',', '.'])) {
        return None;
    }
    let plain = if grouped(whole) {
        compact.replace(',', "")
    } else if fraction.is_none() && whole.matches(',').count() == 1 {
        compact.replace(',', ".")
    } else {
        return None;
    };
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

/// `1299`, `1,299`, `1,299,000`: every group after a comma has three digits.
fn grouped(whole: &str) -> bool {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let mut rest = groups.peekable();
    rest.peek().is_none()
        || (!first.is_empty() && first.len() <= 3 && rest.all(|group| group.len() == 3))
}

/// The shortest JSON for a number: `3`, not `3.0`.
pub(crate) fn to_json(number: f64) -> Value {
    /// Up to here every whole number is exact as a float.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, number) in [
            ("129.00", 129.0),
            (" 42 ", 42.0),
            ("-7", -7.0),
            ("+7", 7.0),
            (".5", 0.5),
            ("12,5", 12.5),
            ("1,299", 1299.0),
            ("1,299.50", 1299.5),
            ("1,299,000", 1_299_000.0),
            ("1 200", 1200.0),
            ("0", 0.0),
        ] {
            assert_eq!(parse(text), Some(number), "{text}");
        }
    }

    #[test]
    fn other_text_is_no_number() {
        for text in [
            "", " ", "-", "ten", "1e5", "inf", "NaN", "0x10", "1.2.3", "1.299,00", "12,5,3", "5€",
            ",", ".",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn only_numbers_and_strings_of_json_are_numbers() {
        assert_eq!(of(&json!("129.00")), Some(129.0));
        assert_eq!(of(&json!(129)), Some(129.0));
        for value in [json!(true), json!(null), json!([1]), json!({})] {
            assert_eq!(of(&value), None);
        }
    }

    #[test]
    fn whole_numbers_have_no_fraction_in_json() {
        assert_eq!(to_json(3.0).to_string(), "3");
        assert_eq!(to_json(-12.5).to_string(), "-12.5");
        assert_eq!(to_json(1e300), json!(1e300));
        assert_eq!(to_json(f64::NAN), json!(null));
    }
}
