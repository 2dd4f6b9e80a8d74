//! Until when: a moment, a date, or a time of day.

use jiff::civil::Time;
use jiff::tz::Offset;

use crate::Timestamp;
use crate::date::{iso_day, parse_offset, parse_time};

/// How to write it right.
pub(super) const RIGHT: &str =
    "write `2026-12-24T18:00:00+01:00`, a date as `2026-12-24`, or a time of day as `09:30`";

/// Milliseconds.
pub(super) const DAY: u64 = 24 * 60 * 60 * 1_000;

/// Reads `Z`, or a sign, hours and minutes: `+02:00`. Clocks are at most 14 hours ahead and 12 behind.
pub(super) fn read_offset(text: &str) -> Option<Offset> {
    let written_out = text == "Z" || text.len() == "+02:00".len();
    let known = -12 * 60 * 60..=14 * 60 * 60;
    parse_offset(text).filter(|offset| written_out && known.contains(&offset.seconds()))
}

/// Until when.
#[derive(Debug, Copy, Clone, PartialEq)]
pub(super) enum Until {
    Moment(Timestamp),
    /// The next time that the clock shows this.
    Clock(Time),
}

/// Reads a text; what it leaves out is of `offset`. `None`: no time. (Not the days of `crate::date` as people write
/// them: an author writes this, and a slip should be found.)
pub(super) fn read(text: &str, offset: Offset) -> Option<Until> {
    let text = text.trim();
    if let Some(clock) = read_clock(text) {
        return Some(Until::Clock(clock));
    }
    let (local, own) = match parse_time(text) {
        Some(time) => time,
        None => (iso_day(text)?.at(0, 0, 0, 0), None),
    };
    let moment = own.unwrap_or(offset).to_timestamp(local).ok()?;
    // What is before 1970 is as past as 1970.
    Some(Until::Moment(Timestamp(moment.as_millisecond().try_into().unwrap_or(0))))
}

/// Reads `9:30`, `09:30`, `09:30:15`.
fn read_clock(text: &str) -> Option<Time> {
    let mut parts = text.split(':').map(|part| {
        let digits = part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i8>().ok().filter(|_| digits)
    });
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().map_or(Some(0), |second| second)?;
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

impl Until {
    /// The moment that is meant at `now`; past, if it is a moment in the past.
    pub(super) fn after(self, now: Timestamp, offset: Offset) -> Timestamp {
        let clock = match self {
            Self::Moment(moment) => return moment,
            Self::Clock(clock) => clock,
        };
        let hours = i64::from(clock.hour());
        let seconds = (hours * 60 + i64::from(clock.minute())) * 60 + i64::from(clock.second());
        let wanted = (seconds - i64::from(offset.seconds())) * 1_000;
        let today = i64::try_from(now.0 % DAY).unwrap_or_default();
        match (wanted - today).rem_euclid(DAY as i64) {
            0 => now.plus_millis(DAY),
            ahead => now.plus_millis(ahead.unsigned_abs()),
        }
    }

    /// Whether a session that comes here always waits.
    pub(super) fn is_always_ahead(self) -> bool {
        matches!(self, Self::Clock(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-05-07T08:14:23Z, a Thursday.
    const NOW: Timestamp = Timestamp(1_778_141_663_000);

    fn until(text: &str, offset: &str) -> Option<String> {
        let offset = read_offset(offset).expect(offset);
        read(text, offset).map(|until| until.after(NOW, offset).to_rfc3339())
    }

    #[test]
    fn times_dates_and_times_of_day_are_read() {
        for (text, offset, time) in [
            ("2026-12-24T18:00:00+01:00", "Z", "2026-12-24T17:00:00+00:00"),
            ("2026-12-24T18:00:00Z", "+02:00", "2026-12-24T18:00:00+00:00"),
            ("2026-12-24T18:00", "+02:00", "2026-12-24T16:00:00+00:00"),
            ("2026-12-24 18:00:00", "Z", "2026-12-24T18:00:00+00:00"),
            ("2026-12-24", "Z", "2026-12-24T00:00:00+00:00"),
            ("2026-12-24", "-05:30", "2026-12-24T05:30:00+00:00"),
            (" 09:30 ", "Z", "2026-05-07T09:30:00+00:00"),
            ("9:30", "Z", "2026-05-07T09:30:00+00:00"),
            ("09:30", "+02:00", "2026-05-08T07:30:00+00:00"),
            ("00:15", "+14:00", "2026-05-07T10:15:00+00:00"),
            ("23:59:59", "-12:00", "2026-05-07T11:59:59+00:00"),
            ("08:14:23", "Z", "2026-05-08T08:14:23+00:00"),
            ("08:14", "Z", "2026-05-08T08:14:00+00:00"),
            ("1969-07-20", "Z", "1970-01-01T00:00:00+00:00"),
        ] {
            assert_eq!(until(text, offset).as_deref(), Some(time), "{text} {offset}");
        }
    }

    #[test]
    fn other_texts_are_no_time() {
        for text in [
            "",
            "tomorrow",
            "0930",
            "24:00",
            "9",
            "9:60",
            "-9:30",
            "+1:+2",
            "2026-13-01",
            "2026-02-30",
            "12/24/2026",
            "1778141663",
            "09:30 Uhr",
            "1:2:3:4",
            "2026",
        ] {
            assert_eq!(until(text, "Z"), None, "{text}");
        }
        for offset in ["", "2", "02:00", "+2:00", "+15:00", "-12:30", "+02:60", "CET", "é"] {
            assert!(read_offset(offset).is_none(), "{offset}");
        }
    }
}
