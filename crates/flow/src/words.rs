//! The words of a text, for conditions, keywords, phrases and questions: what is compared whole, whatever stands between.
//! Punctuation, apostrophes and hyphens stand between words. In scripts that are written without spaces every character
//! is a word, so that a phrase is found anywhere in them.

use std::borrow::Cow;

use crate::fold::folded;

/// The words of a text in its folded form, to be gone through more than once.
#[derive(Debug)]
pub(crate) struct Words<'a> {
    folded: Cow<'a, str>,
    /// Where each word begins and ends.
    spans: Vec<(usize, usize)>,
}

/// What a character does to the word before it.
enum Role {
    /// Continues it, or begins one.
    Letter,
    /// Is a word by itself.
    Word,
    /// Belongs to it.
    Mark,
    /// Ends it.
    Between,
}

/// The words of a folded text, as they come.
pub(crate) fn words(folded: &str) -> impl Iterator<Item = &str> + Clone {
    spans(folded).map(|(start, end)| &folded[start..end])
}

/// The words of a folded text; characters of a script without spaces that touch are one here, since that is how they
/// are written where each word is meant for itself.
pub(crate) fn written_words(folded: &str) -> impl Iterator<Item = &str> {
    let mut spans = spans(folded).peekable();
    let is_part = |start: usize| folded[start..].starts_with(is_unspaced);
    std::iter::from_fn(move || {
        let (start, mut end) = spans.next()?;
        while let Some((_, further)) =
            spans.next_if(|(next, _)| *next == end && is_part(start) && is_part(*next))
        {
            end = further;
        }
        Some(&folded[start..end])
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

/// Where each word of a folded text begins and ends.
fn spans(folded: &str) -> impl Iterator<Item = (usize, usize)> + Clone {
    let mut characters = folded.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (start, first) = characters.next()?;
            let goes_on = match role(first) {
                Role::Letter => true,
                Role::Word => false,
                Role::Mark | Role::Between => continue,
            };
            let mut end = start + first.len_utf8();
            let belongs = |c: char| match role(c) {
                Role::Mark => true,
                Role::Letter => goes_on,
                Role::Word | Role::Between => false,
            };
            while let Some((at, c)) = characters.next_if(|(_, c)| belongs(*c)) {
                end = at + c.len_utf8();
            }
            return Some((start, end));
        }
    })
}

impl<'a> Words<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let folded = folded(text);
        let spans = spans(&folded).collect();
        Self { folded, spans }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.spans.iter().map(|(start, end)| &self.folded[*start..*end])
    }

    /// The words, and, in place of characters of a script without spaces, every two of them that touch: one alone
    /// says little there.
    pub(crate) fn units(&self) -> impl Iterator<Item = &str> {
        let touch = |i: usize| match (self.spans.get(i), self.spans.get(i + 1)) {
            (Some((start, end)), Some((next, last))) => {
                let both = [*start, *next].map(|at| self.folded[at..].starts_with(is_unspaced));
                (end == next && both == [true, true]).then_some((*start, *last))
            }
            _ => None,
        };
        let units = self.spans.iter().enumerate().filter_map(move |(i, alone)| match touch(i) {
            None if i > 0 && touch(i - 1).is_some() => None,
            pair => Some(pair.unwrap_or(*alone)),
        });
        units.map(|(start, end)| &self.folded[start..end])
    }
}

fn role(c: char) -> Role {
    match c {
        _ if is_unspaced(c) || is_symbol(c) => Role::Word,
        _ if c.is_alphanumeric() => Role::Letter,
        _ if is_mark(c) => Role::Mark,
        _ => Role::Between,
    }
}

/// Letters and vowel signs of scripts that put no spaces between words: Thai and Lao, Burmese, Khmer, kana, Chinese
/// characters. Not the digits and full stops of these scripts.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0E01}'..='\u{0E3E}' | '\u{0E40}'..='\u{0E4E}' | '\u{0E81}'..='\u{0ECE}' | '\u{0EDC}'..='\u{0EFF}'
        | '\u{1000}'..='\u{103F}' | '\u{1050}'..='\u{108F}' | '\u{109A}'..='\u{109D}'
        | '\u{1780}'..='\u{17D3}' | '\u{17D7}' | '\u{17DC}'..='\u{17DD}'
        | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Pictures that stand for a word; not the skin tones, which say nothing more.
fn is_symbol(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1F3FA}' | '\u{1F400}'..='\u{1FAFF}')
}

/// Signs within a word that are no letters: virama and nukta, which are at the same place in each of the Indic blocks
/// (128 characters from U+0900 on); the Sinhala virama; the voicing of kana.
fn is_mark(c: char) -> bool {
    let in_block = u32::from(c) % 0x80;
    match c {
        '\u{0900}'..='\u{0D7F}' => in_block == 0x4D || in_block == 0x3C,
        '\u{0DCA}' | '\u{3099}' | '\u{309A}' => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_stands_between_spaces_and_marks() {
        for (text, words) in [
            ("Où est  ma commande ?", vec!["ou", "est", "ma", "commande"]),
            ("l’aide, s'il vous plaît!", vec!["l", "aide", "s", "il", "vous", "plait"]),
            ("T-shirt 24/7 n°5", vec!["t", "shirt", "24", "7", "n", "5"]),
            ("Öffnungs\u{00AD}zeiten", vec!["offnungszeiten"]),
            ("ok👍🏽 go", vec!["ok", "👍", "go"]),
            ("👍👎", vec!["👍", "👎"]),
            ("ok👍🏽👍 2x", vec!["ok", "👍", "👍", "2x"]),
            ("2️⃣ people", vec!["2", "people"]),
            ("Don't stop", vec!["don", "t", "stop"]),
            (" -- ", vec![]),
            ("नमस्ते दुनिया।", vec!["नमस्ते", "दुनिया"]),
            ("๑๒ คน", vec!["๑๒", "ค", "น"]),
            ("ကို။", vec!["က", "\u{102D}", "\u{102F}"]),
            ("我要退款 now", vec!["我", "要", "退", "款", "now"]),
            ("ガム", vec!["カ\u{3099}", "ム"]),
            ("नमस्ते दुनिया", vec!["नमस्ते", "दुनिया"]),
            ("ما هي ساعات العمل؟", vec!["ما", "هي", "ساعات", "العمل"]),
            ("\u{094D}", vec![]),
            ("?! …", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(Words::of(text).iter().collect::<Vec<_>>(), words, "{text:?}");
        }
    }

    #[test]
    fn units_are_words_and_pairs_of_characters() {
        let words = Words::of("我要退款 now 退 款a");
        let units: Vec<_> = words.units().collect();
        assert_eq!(units, ["我要", "要退", "退款", "now", "退", "款", "a"]);
    }

    #[test]
    fn characters_that_touch_are_one_word_where_each_is_meant_for_itself() {
        for (text, found) in [
            ("refund, money", vec!["refund", "money"]),
            ("退款 发票", vec!["退款", "发票"]),
            ("退款now", vec!["退款", "now"]),
            ("👍👎", vec!["👍", "👎"]),
            ("", vec![]),
        ] {
            assert_eq!(written_words(text).collect::<Vec<_>>(), found, "{text:?}");
        }
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
            ("thanks 👍🏽", "👍", true),
            ("我要退款。", "退款", true),
            ("退一款", "退款", false),
        ] {
            assert_eq!(has_phrase(text, phrase), is_in, "{phrase:?} in {text:?}");
        }
    }
}
