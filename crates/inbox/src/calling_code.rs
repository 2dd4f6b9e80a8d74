//! The country's part of a phone number (ITU-T E.164, list of assigned country codes).

/// Codes of two digits; what begins with 1 or 7 has one, all others have three.
const TWO_DIGITS: [&str; 44] = [
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47",
    "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65",
    "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];

/// The calling code of an E.164 number, without `+`: 1 to 3 digits. `None`: it is no such number.
pub(crate) fn calling_code(phone: &str) -> Option<&str> {
    let digits = phone.strip_prefix('+')?;
    let two = digits.get(..2)?;
    if digits.starts_with(['1', '7']) {
        return digits.get(..1);
    }
    if TWO_DIGITS.contains(&two) {
        return Some(two);
    }
    digits.get(..3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_one_to_three_digits() {
        for (phone, code) in [
            ("+14155550123", Some("1")),
            ("+79161234567", Some("7")),
            ("+4915112345678", Some("49")),
            ("+989121234567", Some("98")),
            ("+972501234567", Some("972")),
            ("+2348012345678", Some("234")),
            ("id:US.1", None),
            ("+", None),
        ] {
            assert_eq!(calling_code(phone), code, "{phone}");
        }
    }
}
