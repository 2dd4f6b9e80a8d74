//! Dates in texts: `{{ context.due|date("%d.%m.%Y %H:%M", "+02:00") }}`.
//!
//! The value is a text that is a date (see `crate::date`) or a number of milliseconds since 1970. A time is shown at the
//! offset, UTC if not said; a day is the same everywhere. The directives of the format are those of `strftime`: `%Y` `%y`
//! year, `%m` month, `%d` `%e` day, `%H` `%I` hour, `%M` minute, `%S` second, `%p` AM or PM, `%A` `%a` day of the week and
//! `%B` `%b` month in English, `%j` day of the year, `%z` offset, `%%`; `%-d` leaves out the zero before it.

use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::Offset;
use minijinja::value::Value;
use minijinja::{Error, ErrorKind};

use super::is_nothing;
use crate::date::Moment;

/// What may follow a `%`. Each gives a dozen characters at most; strftime's widths, which give more, are left out.
const DIRECTIVES: &str = "YymdeHIMSpAaBbjz%";

/// Characters of a format.
const MAX_FORMAT_CHARS: usize = 100;

/// The date in the format. What is no date is left as it is.
pub(super) fn date(
    value: &Value,
    format: Option<&str>,
    offset: Option<&str>,
) -> Result<Value, Error> {
    let format = format.unwrap_or("%Y-%m-%d");
    check(format)?;
    let offset = match offset {
        None => Offset::UTC,
        Some(text) => read_offset(text).ok_or_else(|| {
            refuse(format!("`{text}` is no offset from UTC; it is written like +02:00"))
        })?,
    };
    if is_nothing(value) {
        return Ok(Value::from(""));
    }
    let shown = match value.as_str() {
        Some(text) => Moment::parse(text).map(|moment| match moment.time {
            Some(time) => offset.to_datetime(time),
            None => moment.day.at(0, 0, 0, 0),
        }),
        None => {
            let millis = value.as_i64().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
            millis.map(|time| offset.to_datetime(time))
        }
    };
    let Some(shown) = shown else { return Ok(value.clone()) };
    let mut shown = BrokenDownTime::from(shown);
    shown.set_offset(Some(offset));
    let text = strtime::format(format, shown);
    text.map(Value::from).map_err(|error| refuse(error.to_string()))
}

/// Refuses a format with unknown directives, also before there is a value: validation tries without.
fn check(format: &str) -> Result<(), Error> {
    if format.chars().count() > MAX_FORMAT_CHARS {
        return Err(refuse(format!("a date's format may have {MAX_FORMAT_CHARS} characters")));
    }
    let mut rest = format;
    while let Some((_, after)) = rest.split_once('%') {
        let after = after.strip_prefix('-').unwrap_or(after);
        match after.chars().next() {
            Some(c) if DIRECTIVES.contains(c) => rest = &after[1..],
            found => {
                let found = found.map(String::from).unwrap_or_default();
                let known = "%Y, %m, %d, %H, %M, %S, %A, %B";
                return Err(refuse(format!("`%{found}` is no part of a date; there are {known}")));
            }
        }
    }
    Ok(())
}

/// `+02:00`, `-0530`, `Z`.
fn read_offset(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let number = |digits: &str| {
        let plain = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<i32>().ok().filter(|_| plain)
    };
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|minutes| *minutes < 60)?);
    Offset::from_seconds(sign * (hours * 3_600 + minutes * 60)).ok()
}

/// Whatever the variables hold, this format is wrong: validation takes a syntax error for certain.
fn refuse(reason: String) -> Error {
    Error::new(ErrorKind::SyntaxError, reason)
}
