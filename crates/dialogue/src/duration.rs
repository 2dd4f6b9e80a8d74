//! Durations as people write them: `10m`, `1h 30m`, `2 days`.

use jiff::{SignedDuration, Span, SpanRelativeTo};

/// Reads a duration of at least a millisecond; a day is 24 hours.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let right = "write a duration such as \"10m\", \"1h 30m\" or \"2d\"";
    let span: Span =
        text.trim().parse().map_err(|_| format!("{text:?} is no duration; {right}"))?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours());
    let millis = duration.ok().and_then(|duration| u64::try_from(duration.as_millis()).ok());
    millis
        .filter(|millis| *millis > 0)
        .ok_or_else(|| format!("{text:?} is not above zero, or too long; {right}"))
}

/// Writes a number of milliseconds: `1h 30m`.
pub(crate) fn show(millis: u64) -> String {
    format!("{:#}", SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60_000;

    #[test]
    fn a_duration_is_read_as_people_write_it_and_written_back() {
        for (text, millis, shown) in [
            ("10m", 10 * MINUTE, "10m"),
            ("90s", 90_000, "1m 30s"),
            ("1h30m", 90 * MINUTE, "1h 30m"),
            ("1 hour 30 minutes", 90 * MINUTE, "1h 30m"),
            ("2d", 48 * 60 * MINUTE, "48h"),
            ("250ms", 250, "250ms"),
        ] {
            assert_eq!(parse(text), Ok(millis), "{text}");
            assert_eq!(show(millis), shown);
        }
    }

    #[test]
    fn what_is_no_duration_is_refused_with_one_that_is() {
        for text in ["", "10", "soon", "-5m", "0s", "1 month"] {
            assert!(parse(text).is_err_and(|why| why.contains("\"10m\"")), "{text}");
        }
    }
}
