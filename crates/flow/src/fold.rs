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

/// The words of a folded text: runs of letters and digits, and each emoji alone.
pub(crate) fn words(folded: &str) -> impl Iterator<Item = &str> + Clone {
    let mut rest = folded;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c| !is_of_word(c) && !is_emoji(c));
        let first = rest.chars().next()?;
        let end = match is_emoji(first) {
            true => first.len_utf8(),
            false => rest.find(|c| !is_of_word(c)).unwrap_or(rest.len()),
        };
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

/// Whether the words of `phrase` stand in `text` one after the other, both folded. A phrase without words stands
/// nowhere.
pub(crate) fn has_phrase(text: &str, phrase: &str) -> bool {
    let wanted = words(phrase);
    if wanted.clone().next().is_none() {
        return false;
    }
    let mut from = words(text);
    loop {
        let mut here = from.clone();
        if wanted.clone().all(|word| here.next() == Some(word)) {
            return true;
        }
        if from.next().is_none() {
            return false;
        }
    }
}

/// In the scripts from Devanagari to Khmer the signs for vowels are marks, and within words; their full stops are not.
fn is_of_word(c: char) -> bool {
    let sign = matches!(c, '\u{0900}'..='\u{0DFF}' | '\u{0E31}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17D3}');
    let full_stop = matches!(
        c,
        '\u{0964}'
            | '\u{0965}'
            | '\u{0DF4}'
            | '\u{0E3F}'
            | '\u{0E4F}'
            | '\u{0E5A}'
            | '\u{0E5B}'
            | '\u{104A}'..='\u{104F}'
    );
    c.is_alphanumeric() || (sign && !full_stop)
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
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

    #[test]
    fn words_are_whole() {
        let found = |text: &str| words(&fold(text)).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(
            found("Don't stop, s'il vous plaît!"),
            ["don", "t", "stop", "s", "il", "vous", "plait"]
        );
        assert_eq!(found("नमस्ते दुनिया।"), [fold("नमस्ते"), fold("दुनिया")]);
        assert_eq!(found("ok👍🏽👍 2x"), ["ok", "👍", "🏽", "👍", "2x"]);
        assert_eq!(found(" -- "), [""; 0]);
    }

    #[test]
    fn a_phrase_is_found_by_whole_words_in_order() {
        for (text, phrase, is_in) in [
            ("i want to pay now", "pay now", true),
            ("pay, now!", "pay now", true),
            ("pay pay now", "pay now", true),
            ("repay now", "pay now", false),
            ("now pay", "pay now", false),
            ("pay", "pay now", false),
            ("pay", "", false),
            ("", "", false),
            ("thanks 👍", "👍", true),
        ] {
            assert_eq!(has_phrase(text, phrase), is_in, "{phrase:?} in {text:?}");
        }
    }
}
