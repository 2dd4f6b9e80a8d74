//! Numbers as hosts write them: `increment` leaves eight bytes, little endian, on SQLite, and decimal text on
//! Redis and DynamoDB.

/// How a host writes a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Binary,
    Decimal,
}

/// The number in `bytes` and the form that it is in; `None` if it is no number from 0 up.
///
/// The forms cannot be confused: eight bytes that are all ASCII digits would be a binary number above 3 × 10^18.
pub(crate) fn parse(bytes: &[u8]) -> Option<(u64, Form)> {
    if !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit) {
        let number = std::str::from_utf8(bytes).ok()?.parse().ok()?;
        return Some((number, Form::Decimal));
    }
    let number = i64::from_le_bytes(bytes.try_into().ok()?);
    Some((u64::try_from(number).ok()?, Form::Binary))
}

/// `number` in `form`.
pub(crate) fn format(number: u64, form: Form) -> Vec<u8> {
    match form {
        Form::Binary => number.to_le_bytes().to_vec(),
        Form::Decimal => number.to_string().into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_written() {
        for form in [Form::Binary, Form::Decimal] {
            for number in [0, 1, 9, 10_000_000, 99_999_999, 1 << 40] {
                assert_eq!(parse(&format(number, form)), Some((number, form)));
            }
        }
    }

    #[test]
    fn what_no_host_writes_is_no_number() {
        for bytes in [&b""[..], b"-1", b"12a", &(-1i64).to_le_bytes(), b"\0\0\0\0"] {
            assert_eq!(parse(bytes), None, "{bytes:?}");
        }
    }
}
