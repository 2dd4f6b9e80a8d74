//! A moment, passed in from outside: this crate has no clock.

use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use crate::date;

/// The last millisecond that RFC 3339's four-digit year can write: 9999-12-30T22:00:00Z, jiff's maximum.
const MAX_SECOND: i64 = 253_402_207_200;

/// Milliseconds since the Unix epoch. As JSON it is that number.
#[derive(
    Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// This moment and `minutes` more, to the millisecond. Negative and non-numbers add nothing; the end
    /// of time is not passed.
    #[must_use]
    pub fn plus_minutes(self, minutes: f64) -> Self {
        // A float-to-int cast saturates, and makes NaN zero.
        self.plus_millis((minutes * 60_000.0).round() as u64)
    }

    /// This moment and `millis` more; the end of time is not passed.
    #[must_use]
    pub fn plus_millis(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// `2026-05-07T08:14:23+00:00`: whole seconds, in UTC, as the actions API writes time.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        let second = i64::try_from(self.0 / 1_000).unwrap_or(MAX_SECOND);
        let moment = jiff::Timestamp::from_second(second.min(MAX_SECOND)).unwrap_or_default();
        moment.display_with_offset(Offset::UTC).to_string()
    }

    /// `2026-05-07T08:14:23.573Z`: with milliseconds, as the console writes time.
    #[must_use]
    pub fn to_iso(self) -> String {
        let mut text = self.to_rfc3339();
        text.truncate(text.rfind('+').unwrap_or(text.len()));
        text + &format!(".{:03}Z", self.0 % 1_000)
    }

    /// Reads RFC 3339 with any offset, to the millisecond. `None`: no such time, or before 1970.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let (time, offset) = date::parse_time(text)?;
        let moment = offset?.to_timestamp(time).ok()?;
        u64::try_from(moment.as_millisecond()).ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_with_its_offset_and_read_back() {
        let time = Timestamp(1_778_141_663_000);
        assert_eq!(time.to_rfc3339(), "2026-05-07T08:14:23+00:00");
        assert_eq!(Timestamp::parse_rfc3339(&time.to_rfc3339()), Some(time));
        assert_eq!(Timestamp::parse_rfc3339("2026-05-07T10:14:23+02:00"), Some(time));
        assert_eq!(Timestamp::parse_rfc3339("2026-05-07T08:14:23Z"), Some(time));
    }

    #[test]
    fn fractions_of_a_second_are_not_written() {
        assert_eq!(Timestamp(1_999).to_rfc3339(), "1970-01-01T00:00:01+00:00");
        assert_eq!(Timestamp::parse_rfc3339("1970-01-01T00:00:01.999Z"), Some(Timestamp(1_999)));
    }

    #[test]
    fn the_console_gets_milliseconds() {
        let time = Timestamp(1_778_141_663_007);
        assert_eq!(time.to_iso(), "2026-05-07T08:14:23.007Z");
        assert_eq!(Timestamp::parse_rfc3339(&time.to_iso()), Some(time));
    }

    #[test]
    fn the_end_of_time_is_not_passed() {
        let end = Timestamp(u64::MAX);
        assert_eq!(end.plus_minutes(5.0), end);
        assert_eq!(end.plus_millis(1), end);
        assert_eq!(end.to_rfc3339(), "9999-12-30T22:00:00+00:00");
    }

    #[test]
    fn odd_minutes_add_nothing() {
        assert_eq!(Timestamp(7).plus_minutes(-3.0), Timestamp(7));
        assert_eq!(Timestamp(7).plus_minutes(f64::NAN), Timestamp(7));
        assert_eq!(Timestamp(7).plus_minutes(0.5), Timestamp(30_007));
    }

    #[test]
    fn what_is_no_time_is_not_read() {
        for text in ["", "yesterday", "2026-05-07", "2026-13-07T08:14:23Z", "1969-12-31T23:59:59Z"]
        {
            assert_eq!(Timestamp::parse_rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn as_json_a_time_is_a_number() {
        assert_eq!(serde_json::to_string(&Timestamp(5)).unwrap(), "5");
        assert_eq!(serde_json::from_str::<Timestamp>("5").unwrap(), Timestamp(5));
    }
}
