//! How texts are compared: without regard to case, accents, white space and the marks a keyboard adds.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// The form of a text in which equal words are equal: compatibility-decomposed (NFKD), without accents,
/// vowel points and invisible marks, in lower case, with single spaces.
pub(crate) fn fold(text: &str) -> String {
    folded(text).into_owned()
}

/// [`fold`], without a copy where the text is folded already, as ids and keywords mostly are.
pub(crate) fn folded(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() {
        return Cow::Owned(fold_characters(text.nfkd().filter(|c| !is_mark(*c)), text.len()));
    }
    let plain = text.bytes().all(|b| b == b' ' || b.is_ascii_graphic() && !b.is_ascii_uppercase());
    if plain && text.trim().len() == text.len() && !text.contains("  ") {
        return Cow::Borrowed(text);
    }
    Cow::Owned(fold_characters(text.chars(), text.len()))
}

fn fold_characters(characters: impl Iterator<Item = char>, length: usize) -> String {
    let mut folded = String::with_capacity(length);
    let mut space = false;
    for c in characters.flat_map(char::to_lowercase) {
        if c.is_whitespace() {
            space = !folded.is_empty();
            continue;
        }
        if space {
            folded.push(' ');
            space = false;
        }
        match c {
            // Phones write typographic quotes.
            '‘' | '’' | 'ʼ' => folded.push('\''),
            '“' | '”' => folded.push('"'),
            // Letters that Unicode does not take apart, but that people write without their stroke.
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'đ' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            other => folded.push(other),
        }
    }
    folded
}

/// A folded text without the signs around it: quotes, full stops, exclamation marks.
pub(crate) fn bare(folded: &str) -> &str {
    folded.trim_matches(|c: char| !c.is_alphanumeric())
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
            ("ŁÓDŹ", "lodz"),
            ("Straße", "STRASSE"),
            ("Smørrebrød", "smorrebrod"),
            ("ΟΔΟΣ", "οδος"),
            ("a  B\tc\u{B}", "a b c"),
            ("a b", "a b"),
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

    #[test]
    fn what_is_folded_already_is_not_copied() {
        for text in ["", "a b", "order-7", "ok!"] {
            assert!(matches!(folded(text), Cow::Borrowed(_)), "{text:?}");
        }
        for text in ["A", " a", "a ", "a  b", "a\tb", "é"] {
            assert!(matches!(folded(text), Cow::Owned(_)), "{text:?}");
        }
    }
}
