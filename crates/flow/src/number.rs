//! Numbers as people and JSON documents write them: `129`, `"129.00"`, `1,299.50`, `12,5`.

use std::borrow::Cow;

use serde_json::{Number, Value};

/// The zeros of the scripts in which numbers are commonly typed; nine more digits follow each.
const ZEROS: [u32; 14] = [
    0x0660, // Arabic
    0x06F0, // Persian, Urdu
    0x0966, // Devanagari
    0x09E6, // Bengali
    0x0A66, // Gurmukhi
    0x0AE6, // Gujarati
    0x0BE6, // Tamil
    0x0C66, // Telugu
    0x0CE6, // Kannada
    0x0D66, // Malayalam
    0x0E50, // Thai
    0x1040, // Burmese
    0x17E0, // Khmer
    0xFF10, // full width
];

/// Reads a JSON number, or a string that is one.
pub(crate) fn of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => parse(text),
        _ => None,
    }
}

/// The text with the digits of every script as `0` to `9`.
pub(crate) fn ascii_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let ascii = |c: char| match c {
        '\u{066B}' => '.',
        '\u{066C}' => ',',
        c => {
            let value =
                ZEROS.iter().find_map(|zero| (c as u32).checked_sub(*zero).filter(|n| *n < 10));
            value.and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
        }
    };
    Cow::Owned(text.chars().map(ascii).collect())
}

/// Reads digits with an optional sign and one decimal mark. A comma or a space before exactly three digits groups
/// thousands; a single other comma is the decimal mark. No exponents, no currency.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let written = ascii_digits(text);
    let written = written.trim();
    let digits = written.strip_prefix(['+', '-']).unwrap_or(written);
    let sign = &written[..written.len() - digits.len()];
    let compact = format!("{sign}{}", without_spaces(digits)?);
    let unsigned = &compact[sign.len()..];
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

/// The digits without the spaces between their thousands. `None`: there are others, as in `12 24`, which are two
/// numbers.
fn without_spaces(digits: &str) -> Option<String> {
    let groups: Vec<&str> = digits.split_whitespace().collect();
    if let [first, middle @ .., last] = &groups[..] {
        let whole = last.split(['.', ',']).next().unwrap_or_default();
        let thousands =
            middle.iter().all(|group| is_digits(group, 3..=3)) && is_digits(whole, 3..=3);
        if !thousands || !is_digits(first, 1..=3) {
            return None;
        }
    }
    Some(groups.concat())
}

fn is_digits(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
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

/// The number with so many decimals, halves away from zero as they are written: 2.675 gives 2.68, though the float
/// is a little less.
pub(crate) fn rounded(number: f64, decimals: usize) -> String {
    let written = number.abs().to_string();
    let (whole, fraction) = written.split_once('.').unwrap_or((&written, ""));
    let up = fraction.as_bytes().get(decimals).is_some_and(|digit| *digit >= b'5');
    let kept = &fraction[..fraction.len().min(decimals)];
    let mut digits: Vec<u8> = whole.bytes().chain(kept.bytes()).collect();
    if up {
        for digit in digits.iter_mut().rev() {
            *digit = if *digit == b'9' { b'0' } else { *digit + 1 };
            if *digit != b'0' {
                break;
            }
        }
        if digits.first() == Some(&b'0') && whole != "0" {
            digits.insert(0, b'1');
        }
    }
    let nothing = digits.iter().all(|digit| *digit == b'0');
    let point = digits.len() - kept.len();
    let mut text = String::with_capacity(digits.len() + decimals + 2);
    if number < 0.0 && !nothing {
        text.push('-');
    }
    text.extend(digits[..point].iter().map(|digit| char::from(*digit)));
    if decimals > 0 {
        text.push('.');
        text.extend(digits[point..].iter().map(|digit| char::from(*digit)));
        text.extend(std::iter::repeat_n('0', decimals - kept.len()));
    }
    text
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
            ("- 1 200 000", -1_200_000.0),
            ("1 299,50", 1299.5),
            ("1\u{202F}299.5", 1299.5),
            ("0", 0.0),
            ("٢٥", 25.0),
            ("१,२९९.५०", 1299.5),
            ("１２", 12.0),
            ("٣٫٥", 3.5),
        ] {
            assert_eq!(parse(text), Some(number), "{text}");
        }
    }

    #[test]
    fn other_text_is_no_number() {
        for text in [
            "",
            " ",
            "-",
            "ten",
            "1e5",
            "inf",
            "NaN",
            "0x10",
            "1.2.3",
            "1.299,00",
            "12,5,3",
            "5€",
            ",",
            ".",
            "12 24",
            "2 3",
            "24 12 2026",
            "415 555 0123",
            "1 2345",
            "1, 299",
            "1.5 000",
            "+ -7",
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

    #[test]
    fn halves_are_rounded_as_they_are_written() {
        for (number, decimals, text) in [
            (2.675, 2, "2.68"),
            (1.005, 2, "1.01"),
            (0.125, 2, "0.13"),
            (0.5, 0, "1"),
            (-0.5, 0, "-1"),
            (0.4, 0, "0"),
            (-0.004, 2, "0.00"),
            (9.995, 2, "10.00"),
            (99.5, 0, "100"),
            (0.95, 1, "1.0"),
            (1299.5, 2, "1299.50"),
            (3.0, 0, "3"),
            (1e21, 1, "1000000000000000000000.0"),
        ] {
            assert_eq!(rounded(number, decimals), text, "{number}");
        }
    }
}
