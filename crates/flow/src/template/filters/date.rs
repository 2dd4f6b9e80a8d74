//! Dates in texts: `{{ context.due|date("%d.%m.%Y %H:%M", "+02:00") }}`.
//!
//! The value is a text that is a date (see `crate::date`) or a number of milliseconds since 1970. A time is shown at the
//! offset, UTC if not said; a day is the same everywhere. The directives of the format are those of `strftime`: `%Y` `%y`
//! year, `%m` month, `%d` `%e` day, `%H` `%I` hour, `%M` minute, `%S` second, `%p` AM or PM, `%A` `%a` day of the week and
//! `%B` `%b` month in English, `%j` day of the year, `%z` offset, `%%`; `%-d` leaves out the zero before it.

use std::fmt::Write;

use jiff::civil::DateTime;
use jiff::tz::Offset;
use minijinja::value::Value;
use minijinja::{Error, ErrorKind};

use super::is_nothing;
use crate::date::{Moment, parse_offset};

/// What may follow a `%`: all that [`write_part`] writes. (jiff's strftime knows more, and takes 43 KB of a component.)
const DIRECTIVES: &str = "YymdeHIMSpAaBbjz%";

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

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
        Some(text) => parse_offset(text).ok_or_else(|| {
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
    Ok(Value::from(write(shown, offset, format)))
}

fn write(shown: DateTime, offset: Offset, format: &str) -> String {
    let mut text = String::with_capacity(format.len() + 16);
    let mut characters = format.chars();
    while let Some(c) = characters.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        let mut directive = characters.next().unwrap_or('%');
        let padded = directive != '-';
        if !padded {
            directive = characters.next().unwrap_or('%');
        }
        // Writing to a String does not fail.
        let _ = write_part(&mut text, directive, padded, shown, offset);
    }
    text
}

fn write_part(
    text: &mut String,
    directive: char,
    padded: bool,
    shown: DateTime,
    offset: Offset,
) -> std::fmt::Result {
    let day = usize::from(shown.weekday().to_monday_zero_offset().unsigned_abs());
    let month = usize::from(shown.month().unsigned_abs()) - 1;
    let short = |name: &'static str| &name[..3];
    let number = match directive {
        'Y' => return write!(text, "{}", shown.year()),
        'j' if padded => return write!(text, "{:03}", shown.day_of_year()),
        'p' => return text.write_str(if shown.hour() < 12 { "AM" } else { "PM" }),
        'A' => return text.write_str(DAYS[day]),
        'a' => return text.write_str(short(DAYS[day])),
        'B' => return text.write_str(MONTHS[month]),
        'b' => return text.write_str(short(MONTHS[month])),
        'z' => {
            let minutes = offset.seconds() / 60;
            let sign = if minutes < 0 { '-' } else { '+' };
            return write!(text, "{sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60);
        }
        'e' if padded => return write!(text, "{:2}", shown.day()),
        'y' => shown.year() % 100,
        'm' => shown.month().into(),
        'd' | 'e' => shown.day().into(),
        'j' => shown.day_of_year(),
        'H' => shown.hour().into(),
        // 0 and 12 o'clock are both 12.
        'I' => i16::from((shown.hour() + 11) % 12 + 1),
        'M' => shown.minute().into(),
        'S' => shown.second().into(),
        other => return text.write_char(other),
    };
    if padded { write!(text, "{number:02}") } else { write!(text, "{number}") }
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

/// Whatever the variables hold, this format is wrong: validation takes a syntax error for certain.
fn refuse(reason: String) -> Error {
    Error::new(ErrorKind::SyntaxError, reason)
}
