//! Cutting a text to a number of characters.

use std::borrow::Cow;

/// The text, or its beginning with `…` as the last of `limit` characters.
pub(crate) fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit || text.chars().count() <= limit {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    let end = if limit == 0 { "" } else { "…" };
    Cow::Owned(kept.trim_end().to_owned() + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_text_ends_with_an_ellipsis_within_the_limit() {
        assert_eq!(cut("Gaborone", 8), "Gaborone");
        assert_eq!(cut("Gaborone", 4), "Gab…");
        assert_eq!(cut("Ça va ?", 7), "Ça va ?");
        assert_eq!(cut("one two", 5), "one…");
        assert_eq!(cut("ab", 1), "…");
        assert_eq!(cut("ab", 0), "");
    }
}
