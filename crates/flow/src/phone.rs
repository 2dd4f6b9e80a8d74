//! Phone numbers as people write them: `+44 (0)20 7946-0018`, `0044 20 79460018`.

use std::borrow::Cow;

use crate::number::ascii_digits;

/// Digits of a number with its country code: at least 7 (`conversation::E164`), at most 15 (ITU-T E.164, 6.2.1).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Reads one international number, written with spaces, dashes, dots, slashes and brackets, as E.164. A number without
/// `+` or `00` is national: it is read only where its country's code is given, without the `0` that is dialled before.
pub(crate) fn e164(text: &str, country_code: Option<&str>) -> Option<String> {
    let text = ascii_digits(text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c)));
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '(') {
        return None;
    }
    let international = text.starts_with(['+']) || text.starts_with("00");
    let text = match international {
        // `+44 (0)20`: the zero is dialled within the country only.
        true => Cow::Owned(text.replacen("(0)", "", 1)),
        false => text,
    };
    let mut digits = String::with_capacity(16);
    for (i, c) in text.char_indices() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if i == 0 => {}
            '-' | '.' | '/' | '(' | ')' | '\u{2010}'..='\u{2015}' | '\u{2212}' => {}
            c if c.is_whitespace() || is_invisible(c) => {}
            _ => return None,
        }
    }
    let number = match (international, country_code) {
        (true, _) if text.starts_with('+') => digits,
        (true, _) => digits.split_off(2),
        (false, Some(code)) => format!("{code}{}", national(&digits, code)),
        (false, None) => return None,
    };
    let fits = DIGITS.contains(&number.len()) && !number.starts_with('0');
    fits.then(|| format!("+{number}"))
}

/// The national number without what is dialled before it. Italy's zeros belong to the number (Recommendation E.164
/// list of trunk prefixes); in North America 1, in Russia and Kazakhstan 8, is dialled before ten digits.
fn national<'a>(digits: &'a str, code: &str) -> &'a str {
    // Many write their country's code without the `+`.
    if let Some(rest) = digits.strip_prefix(code).filter(|rest| rest.len() >= whole_number(code)) {
        return rest;
    }
    let prefix = match code {
        "39" => return digits,
        "1" if digits.len() == 11 => '1',
        "7" if digits.len() == 11 => '8',
        _ => '0',
    };
    digits.strip_prefix(prefix).unwrap_or(digits)
}

/// How many digits behind a country's code are a whole number, so that the code was written too. Fewer are the rest of a
/// national number that begins with the same digits: those have up to 11 digits where listed, else 10, or, where the code
/// has three, hardly more than 9 (the national numbering plans that ITU-T publishes by Recommendation E.129).
fn whole_number(code: &str) -> usize {
    match code {
        "1" | "7" | "43" | "49" | "54" | "55" | "62" | "86" => 10,
        _ if code.len() < 3 => 9,
        _ => 8,
    }
}

/// Marks of direction, which phones put around numbers that are copied from their address book.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn international_numbers_are_read_in_the_usual_ways_of_writing() {
        for (text, number) in [
            ("+14155550123", "+14155550123"),
            (" +1 (415) 555-0123 ", "+14155550123"),
            ("+44 (0)20 7946 0018", "+442079460018"),
            ("0044 20 7946.0018", "+442079460018"),
            ("+49/30/901820", "+4930901820"),
            ("\u{202A}+27 82 555 0123\u{202C}", "+27825550123"),
            ("+١٤١٥٥٥٥٠١٢٣", "+14155550123"),
            ("+1 415–555–0123", "+14155550123"),
        ] {
            assert_eq!(e164(text, None).as_deref(), Some(number), "{text}");
        }
        for text in [
            "",
            "+",
            "415 555 0123",
            "14155550123",
            "+0155550123",
            "+123456",
            "+1234567890123456",
            "call +14155550123",
            "+1415555O123",
            "+1+4155550123",
            "00",
            "+14155550123 or +14155550124",
            "2026-05-07",
            "--+14155550123",
        ] {
            assert_eq!(e164(text, None), None, "{text}");
        }
    }

    #[test]
    fn a_national_number_needs_its_country() {
        for (text, code, number) in [
            ("(415) 555-0123", "1", "+14155550123"),
            ("1 415 555 0123", "1", "+14155550123"),
            ("020 7946 0018", "44", "+442079460018"),
            ("06 6982", "39", "+39066982"),
            ("8 912 345 67 89", "7", "+79123456789"),
            ("082 555 0123", "27", "+27825550123"),
            ("+49 30 901820", "1", "+4930901820"),
            ("447911 123456", "44", "+447911123456"),
            ("919876543210", "91", "+919876543210"),
            ("9198765432", "91", "+919198765432"),
            ("27825550123", "27", "+27825550123"),
            ("79123456789", "7", "+79123456789"),
            ("5511987654321", "55", "+5511987654321"),
            ("55999991234", "55", "+5555999991234"),
            ("393331234567", "39", "+393331234567"),
            ("26771234567", "267", "+26771234567"),
        ] {
            assert_eq!(e164(text, Some(code)).as_deref(), Some(number), "{text}");
        }
        assert_eq!(e164("12", Some("1")), None);
    }
}
