//! How texts are compared: without regard to case, accents, white space and the marks a keyboard adds.

use unicode_normalization::UnicodeNormalization;

/// The form of a text in which equal words are equal: compatibility-decomposed (NFKD), without accents,
/// vowel points and invisible marks, in lower case, with single spaces.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut space = false;
    for c in text.nfkd().filter(|c| !is_mark(*c)).flat_map(char::to_lowercase) {
        if c.is_whitespace() {
            space = !folded.is_empty();
            continue;
        }
        if space {
            folded.push(' ');
            space = false;
        }
        // Phones write typographic quotes.
        folded.push(match c {
            '‘' | '’' | 'ʼ' => '\'',
            '“' | '”' => '"',
            other => other,
        });
    }
    folded
}

/// Accents of Latin, Greek and Cyrillic; points of Hebrew and Arabic; invisible characters. Not the vowel signs
/// of Indic scripts, without which other words would be equal.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}'
        | '\u{0591}'..='\u{05BD}' | '\u{05BF}' | '\u{05C1}'..='\u{05C2}' | '\u{05C4}'..='\u{05C5}' | '\u{05C7}'
        | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{0640}'
        | '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_white_space_do_not_count() {
        for (text, same) in [
            ("  Ça  va\n", "ca va"),
            ("STRASSE", "strasse"),
            ("İstanbul", "istanbul"),
            ("Ｏｋ！", "ok!"),
            ("l’aide", "l'aide"),
            ("✅\u{FE0F} Oui", "✅ oui"),
            ("שָׁלוֹם", "שלום"),
            ("\u{200F}نعم", "نعم"),
            ("e\u{0301}t\u{00E9}", "ete"),
            ("", ""),
            (" \u{00A0}", ""),
        ] {
            assert_eq!(fold(text), fold(same), "{text:?}");
        }
        assert_eq!(fold(" Ça \t va "), "ca va");
    }

    #[test]
    fn other_words_stay_other() {
        assert_ne!(fold("का"), fold("की"));
        assert_ne!(fold("yes"), fold("yes!"));
        assert_ne!(fold("ab"), fold("a b"));
    }
}
