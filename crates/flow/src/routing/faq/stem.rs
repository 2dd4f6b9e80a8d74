//! The part of a word that its forms share, roughly: good enough to find a question, far smaller than a real stemmer.

/// Characters that are kept of a word in ASCII letters: `cancellation` and `cancel` meet.
const LETTERS: usize = 6;
/// Characters that are kept of other words, whose alphabets have their endings too: `доставка`, `доставки`.
const OTHER_LETTERS: usize = 5;

/// A folded word without plural, `-ing`, `-ed`, a last `e` or `y`, or the second of a doubled letter; then cut.
pub(super) fn stem(word: &str) -> &str {
    if !word.is_ascii() {
        let end = word.char_indices().nth(OTHER_LETTERS);
        return &word[..end.map_or(word.len(), |(at, _)| at)];
    }
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word;
    }
    let word = match word.strip_suffix("ies") {
        Some(rest) if rest.len() > 1 => rest,
        _ if word.ends_with("ss") => word,
        _ => longer(word, "s", 3),
    };
    let word = match longer(word, "ing", 3) {
        same if same.len() == word.len() => longer(word, "ed", 3),
        other => other,
    };
    let word = longer(longer(word, "e", 3), "y", 3);
    let word = match word.as_bytes() {
        [_, .., before, last] if before == last && word.len() > 3 => &word[..word.len() - 1],
        _ => word,
    };
    &word[..word.len().min(LETTERS)]
}

/// The word without an ending, where at least so many letters are left.
fn longer<'a>(word: &'a str, ending: &str, least: usize) -> &'a str {
    word.strip_suffix(ending).filter(|rest| rest.len() >= least).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_meet() {
        for words in [
            vec!["ship", "ships", "shipping", "shipped"],
            vec!["open", "opening", "opened"],
            vec!["policy", "policies"],
            vec!["deliver", "delivery", "deliveries", "delivering"],
            vec!["cancel", "cancelling", "cancellation"],
            vec!["change", "changes", "changing", "changed"],
            vec!["day", "days"],
            vec!["доставка", "доставки", "доставку"],
            vec!["horario", "horarios"],
        ] {
            for word in &words {
                assert_eq!(stem(word), stem(words[0]), "{word}");
            }
        }
    }

    #[test]
    fn other_words_stay_other() {
        for (one, other) in
            [("ship", "shop"), ("day", "dad"), ("2024", "2025"), ("bus", "but"), ("ring", "red")]
        {
            assert_ne!(stem(one), stem(other));
        }
        for short in ["a", "s", "e", "is", "ing", "ss", "日"] {
            assert!(!stem(short).is_empty());
        }
    }
}
