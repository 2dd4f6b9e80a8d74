//! Dates and times as documents and people write them. Time zones are not known here: a time without an offset is UTC.

use std::cmp::Ordering;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use serde_json::Value;

use crate::number::ascii_digits;

/// No form of a date is longer: `2026-05-07T08:14:23.123456789+00:00`.
const MAX_CHARS: usize = 40;

/// A day, or a time on it.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct Moment {
    /// As written: the day where the one who wrote it is.
    pub(crate) day: Date,
    /// `None`: the whole day.
    pub(crate) time: Option<jiff::Timestamp>,
}

impl Moment {
    /// A text that is a date; nothing else is one.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        value.as_str().and_then(Self::parse)
    }

    /// Reads `2026-12-24`, RFC 3339, the same without an offset (UTC), and days as people write them: `24.12.2026`,
    /// and `24/12/2026` where it is clear which part is the day: one of both is above 12, or both are the same.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = ascii_digits(text.trim());
        if text.len() > MAX_CHARS {
            return None;
        }
        if let Some(day) = parse_day(&text) {
            return Some(Self { day, time: None });
        }
        let (time, offset) = parse_time(&text)?;
        let utc = offset.unwrap_or(Offset::UTC).to_timestamp(time).ok()?;
        Some(Self { day: time.date(), time: Some(utc) })
    }

    /// Which is earlier: as times where both are, else as days, that of a time being UTC's.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        match (self.time, other.time) {
            (Some(time), Some(other)) => time.cmp(&other),
            _ => self.utc_day().cmp(&other.utc_day()),
        }
    }

    fn utc_day(&self) -> Date {
        self.time.map_or(self.day, |time| Offset::UTC.to_datetime(time).date())
    }
}

/// Reads `2026-05-07T08:14:23.5+02:00`, with `T` or a space, with or without seconds, fractions and offset.
/// (jiff's own parser reads more, and takes 160 KB of a component.)
pub(crate) fn parse_time(text: &str) -> Option<(DateTime, Option<Offset>)> {
    let (day, rest) = text.split_at_checked(10)?;
    let day = iso_day(day)?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, offset) = match rest.find(['Z', 'z', '+', '-']) {
        Some(at) => (&rest[..at], Some(parse_offset(&rest[at..])?)),
        None => (rest, None),
    };
    let mut parts = clock.split(':');
    let (hour, minute) = (two_digits(parts.next()?)?, two_digits(parts.next()?)?);
    let (second, fraction) = match parts.next() {
        None => (0, 0),
        Some(seconds) => match seconds.split_once('.') {
            None => (two_digits(seconds)?, 0),
            Some((second, fraction)) => (two_digits(second)?, nanoseconds(fraction)?),
        },
    };
    if parts.next().is_some() {
        return None;
    }
    // RFC 3339, 5.7: 60 is a leap second, which no clock here knows.
    let time = Time::new(hour, minute, second.min(59), fraction).ok().filter(|_| second <= 60)?;
    Some((day.to_datetime(time), offset))
}

/// Reads `Z`, `+02:00`, `-0530`, `+2`.
pub(crate) fn parse_offset(text: &str) -> Option<Offset> {
    if text == "Z" || text == "z" {
        return Some(Offset::UTC);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (two_digits(hours)?, two_digits(minutes)?),
        None if digits.len() == 4 => {
            let (hours, minutes) = digits.split_at_checked(2)?;
            (two_digits(hours)?, two_digits(minutes)?)
        }
        None if digits.len() == 1 => (two_digits(&format!("0{digits}"))?, 0),
        None => (two_digits(digits)?, 0),
    };
    let fits = hours < 24 && minutes < 60;
    let minutes = i32::from(hours) * 60 + i32::from(minutes);
    Offset::from_seconds(sign * minutes * 60).ok().filter(|_| fits)
}

fn two_digits(text: &str) -> Option<i8> {
    let plain = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// The fraction of a second; what is smaller than a nanosecond is left out.
fn nanoseconds(fraction: &str) -> Option<i32> {
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits = fraction.get(..9).unwrap_or(fraction);
    let shift = 10_i32.pow(9 - u32::try_from(digits.len()).ok()?);
    digits.parse::<i32>().ok().map(|number| number * shift)
}

/// Reads `2026-12-24` and nothing else.
pub(crate) fn iso_day(text: &str) -> Option<Date> {
    parse_day(text).filter(|_| text.find('-') == Some(4))
}

fn parse_day(text: &str) -> Option<Date> {
    let mark =
        text.chars().find(|c| !c.is_ascii_digit()).filter(|c| ['-', '.', '/'].contains(c))?;
    let mut parts = text.split(mark).map(str::trim);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |part: &str, length: std::ops::RangeInclusive<usize>| -> Option<i16> {
        let plain = length.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if plain { part.parse().ok() } else { None }
    };
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) = match first.len() {
        4 => {
            let least = if mark == '-' { 2 } else { 1 };
            (number(first, 4..=4)?, number(second, least..=2)?, number(third, least..=2)?)
        }
        _ => {
            let (one, other) = (number(first, 1..=2)?, number(second, 1..=2)?);
            let (day, month) = match mark {
                '.' => (one, other),
                _ if one > 12 || one == other => (one, other),
                _ if other > 12 => (other, one),
                _ => return None,
            };
            (number(third, 4..=4)?, month, day)
        }
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_where_it_is_clear_which_is_the_day() {
        for (text, day) in [
            ("2026-12-24", "2026-12-24"),
            (" 2026/12/4 ", "2026-12-04"),
            ("24.12.2026", "2026-12-24"),
            ("1.5.2026", "2026-05-01"),
            ("1. 5. 2026", "2026-05-01"),
            ("24/12/2026", "2026-12-24"),
            ("12/24/2026", "2026-12-24"),
            ("24-12-2026", "2026-12-24"),
            ("5/5/2026", "2026-05-05"),
            ("29.2.2028", "2028-02-29"),
            ("٢٤.١٢.٢٠٢٦", "2026-12-24"),
        ] {
            let moment = Moment::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((moment.day.to_string().as_str(), moment.time), (day, None), "{text}");
        }
        for text in [
            "",
            "today",
            "20261224",
            "2026",
            "2026-12",
            "2026-1-1",
            "4/5/2026",
            "24.12.26",
            "29.2.2027",
            "32.1.2026",
            "2026-13-01",
            "24.12.2026.1",
            "-5.1.2026",
            "+2026-12-24",
            "1.5",
            "99/99/2026",
            "٤/٥/٢٠٢٦",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_read_with_any_offset_or_as_utc() {
        let time = |text: &str| Moment::parse(text).and_then(|moment| moment.time);
        let noon = time("2026-05-07T12:00:00Z");
        assert!(noon.is_some());
        for same in [
            "2026-05-07T14:00:00+02:00",
            "2026-05-07 12:00",
            "2026-05-07T12:00:00",
            "2026-05-07t12:00:00z",
            "2026-05-07T12:00:00.000Z",
            "2026-05-07T17:30+0530",
            "2026-05-07T10:00-2",
            "2026-05-07T12:00:00.0000000000001Z",
        ] {
            assert_eq!(time(same), noon, "{same}");
        }
        for text in
            ["2026-05-07T25:00:00Z", "2026-05-07Tnoon", "07.05.2026 12:00", "20260507T120000Z"]
        {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
        // Cut after nine bytes, it would be cut within a character.
        assert_eq!(Moment::parse("2026-05-07T12:00:00.12345678é0"), None);
        let late = Moment::parse("2026-05-07T23:00:00-05:00").unwrap();
        assert_eq!(late.day.to_string(), "2026-05-07");
    }

    #[test]
    fn a_day_and_a_time_compare_as_days_and_two_times_as_times() {
        let compare =
            |a: &str, b: &str| Moment::parse(a).unwrap().compare(&Moment::parse(b).unwrap());
        assert_eq!(compare("2026-05-07", "07.05.2026"), Ordering::Equal);
        assert_eq!(compare("2026-05-07", "2026-05-07T23:59:00Z"), Ordering::Equal);
        assert_eq!(compare("2026-05-07T23:00:00-05:00", "2026-05-07"), Ordering::Greater);
        assert_eq!(compare("2026-05-07T12:00:00Z", "2026-05-07T14:00:01+02:00"), Ordering::Less);
        assert_eq!(compare("2026-04-30", "2026-05-01"), Ordering::Less);
    }
}
