//! How many values a body may have, and how deep they may lie: known before it is parsed.

use crate::Problem;

/// Levels of lists and objects. What is stored lies deeper in its document than in its body, and a document of more than the
/// 128 levels that `serde_json` reads could never be read again.
const MAX_DEPTH: usize = 96;
/// Values. Parsed, each may take some 170 bytes of the 64 MiB of an instance (lists of one, measured), and a workflow's
/// 200 KiB have a tenth of these.
const MAX_VALUES: usize = 100_000;

/// Looks at JSON, which need not be right, and whose parts are parsed one by one.
///
/// # Errors
/// [`Problem::Malformed`] for too many values.
pub(crate) fn few_values(json: &[u8]) -> Result<(), Problem> {
    within(measured(json).0, MAX_VALUES, "values")
}

/// The same, of what is parsed as a whole.
///
/// # Errors
/// As [`few_values`], and for values that lie too deep.
pub(crate) fn bounded(json: &[u8]) -> Result<(), Problem> {
    let (values, levels) = measured(json);
    within(values, MAX_VALUES, "values")?;
    within(levels, MAX_DEPTH, "levels")
}

fn within(count: usize, most: usize, of: &str) -> Result<(), Problem> {
    match count > most {
        true => Err(Problem::Malformed(format!("it has more than {most} {of}"))),
        false => Ok(()),
    }
}

/// How many values there are at most, and how deep they lie.
fn measured(json: &[u8]) -> (usize, usize) {
    let (mut values, mut depth, mut deepest) = (1, 0_usize, 0);
    let (mut in_text, mut escaped) = (false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'[' | b'{' => {
                values += 1;
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
    }
    (values, deepest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_text_is_no_value() {
        assert_eq!(measured(br#"{"a": "[[,,\"[[,,", "b": [1, 2]}"#), (5, 2));
        assert_eq!(measured(br#"["\\", [[]]]"#), (5, 3));
        assert_eq!(measured(b"]]]],"), (2, 0));
    }

    #[test]
    fn what_is_too_much_is_told() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(bounded(nested(MAX_DEPTH).as_bytes()), Ok(()));
        assert!(bounded(nested(MAX_DEPTH + 1).as_bytes()).is_err());
        assert_eq!(few_values(nested(MAX_DEPTH + 1).as_bytes()), Ok(()));
        let list = |values: usize| format!("[{}0]", "0,".repeat(values - 2));
        assert_eq!(bounded(list(MAX_VALUES - 1).as_bytes()), Ok(()));
        assert!(few_values(list(MAX_VALUES + 2).as_bytes()).is_err());
    }
}
