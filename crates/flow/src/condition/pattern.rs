//! Regular expressions, by regex-lite: its matching takes time in proportion to pattern and text, never more, and both
//! are bounded here. `\w`, `\d`, `\s` and `\b` are ASCII's; there are no `\p{…}`, look-arounds and back-references.

use std::borrow::Cow;

use regex_lite::{Regex, RegexBuilder};
use serde_json::Value;

use super::side::Side;
use crate::limits::{MAX_PATTERN_BYTES, MAX_PATTERN_CHARS, MAX_TEXT_CHARS};

/// A compiled pattern that does not regard case.
#[derive(Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Why it cannot be used, for its author.
    pub(super) fn compile(source: &str) -> Result<Self, String> {
        let length = source.chars().count();
        if length > MAX_PATTERN_CHARS {
            return Err(format!(
                "the pattern has {length} characters; it may have {MAX_PATTERN_CHARS}"
            ));
        }
        // regex-lite ignores the case of ASCII only. All that means something in a pattern is ASCII.
        let built = RegexBuilder::new(&lower_beyond_ascii(source))
            .case_insensitive(true)
            .size_limit(MAX_PATTERN_BYTES)
            .build();
        built.map(Self).map_err(|error| match error.to_string() {
            size if size.contains("size limit") => {
                "the pattern is too large when its repetitions such as {1,99} are written out"
                    .to_owned()
            }
            reason => format!("{reason}; this is the pattern `{source}`"),
        })
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        let text = text.trim();
        let end = text.char_indices().nth(MAX_TEXT_CHARS).map_or(text.len(), |(end, _)| end);
        self.0.is_match(&lower_beyond_ascii(&text[..end]))
    }
}

/// Whether the pattern is found in the text, or in one of the list. It is not found in what is missing.
pub(super) fn matches(value: &Side<'_>, to: &Side<'_>) -> bool {
    let Some(pattern) = to.pattern else { return false };
    value.each().any(|one| match one.value {
        Value::String(text) => pattern.is_match(text),
        Value::Number(_) | Value::Bool(_) => pattern.is_match(&one.value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    })
}

/// How many characters a pattern would search through in a value.
pub(super) fn searched_chars(value: &Value) -> usize {
    let length =
        |value: &Value| value.as_str().map_or(0, |text| text.chars().take(MAX_TEXT_CHARS).count());
    value.as_array().map_or_else(|| length(value), |items| items.iter().map(length).sum())
}

/// The text with its characters beyond ASCII in lower case.
fn lower_beyond_ascii(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| c.is_ascii() || !c.is_uppercase()) {
        return Cow::Borrowed(text);
    }
    let mut lower = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_ascii() {
            true => lower.push(c),
            false => lower.extend(c.to_lowercase()),
        }
    }
    Cow::Owned(lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_found_without_regard_to_case_in_any_script() {
        for (pattern, text) in [
            (r"^order[- ]?(\d+)$", " Order-12\n"),
            ("^да$", "ДА"),
            ("^ДА$", "да"),
            ("caf[é]", "CAFÉ"),
            (r"^\w+@\w+\.com$", "Ana@Example.com"),
            ("(?-i)^Yes$", "Yes"),
        ] {
            assert!(Pattern::compile(pattern).unwrap().is_match(text), "{pattern} in {text}");
        }
        for (pattern, text) in
            [("^yes$", "yes!"), ("(?-i)^Yes$", "yes"), ("cafe", "café"), (r"\d{3}", "12")]
        {
            assert!(!Pattern::compile(pattern).unwrap().is_match(text), "{pattern} in {text}");
        }
    }

    #[test]
    fn a_pattern_that_cannot_be_used_says_why() {
        for (pattern, reason) in [
            ("(", "closing"),
            ("a{9999}", "too large"),
            ("((a{50}){50}){50}", "too large"),
            ("[z-a]", "range"),
            (r"(?=a)", "look-around"),
            (r"\p{L}", "Unicode"),
            (&"a".repeat(513), "513 characters"),
        ] {
            let error = Pattern::compile(pattern).unwrap_err();
            assert!(error.contains(reason), "{pattern}: {error}");
        }
        assert!(Pattern::compile(&"a".repeat(512)).is_ok());
    }

    /// The slowest patterns that are accepted, on the longest text: prints the milliseconds of each.
    #[test]
    #[ignore = "prints a measurement"]
    fn the_slowest_matches() {
        for pattern in SLOW {
            let pattern = Pattern::compile(pattern).unwrap();
            let text = "a".repeat(MAX_TEXT_CHARS + 10);
            let begin = std::time::Instant::now();
            let found = pattern.is_match(&text);
            println!("{:?} {found} {pattern:?}", begin.elapsed());
        }
    }

    const SLOW: &[&str] = &[
        "(a*)*b",
        "(a|aa)+$b",
        "(a?){60}b",
        "(a*)*(a*)*(a*)*(a*)*(a*)*b",
        "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)b",
        "(x+x+)+y|(a+a+)+y",
        "(a|b|c|d|e|f|g)*(a|b|c|d)*(a|b|c)*z",
    ];

    #[test]
    fn no_pattern_runs_away() {
        let text = "a".repeat(MAX_TEXT_CHARS * 2);
        let begin = std::time::Instant::now();
        for pattern in SLOW {
            assert!(!Pattern::compile(pattern).unwrap().is_match(&text), "{pattern}");
        }
        // Hundredths of a second together, where a backtracking engine would take years: no slow machine fails this.
        assert!(begin.elapsed() < std::time::Duration::from_secs(30));
    }
}
