//! The words of a text, for keywords, phrases and questions: what is compared whole, whatever stands between.

use crate::fold::fold;

/// The words of a text in its folded form. Punctuation, apostrophes and hyphens stand between words; in scripts that
/// are written without spaces every character is a word, so that a phrase is found anywhere in them.
#[derive(Debug)]
pub(crate) struct Words {
    folded: String,
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

impl Words {
    pub(crate) fn of(text: &str) -> Self {
        let folded = fold(text);
        let mut spans: Vec<(usize, usize)> = Vec::new();
        // Whether the next letter continues the last word.
        let mut open = false;
        for (at, c) in folded.char_indices() {
            let end = at + c.len_utf8();
            let touching = spans.last_mut().filter(|(_, last)| *last == at);
            match (role(c), touching) {
                (Role::Letter, Some(last)) if open => last.1 = end,
                (Role::Mark, Some(last)) => last.1 = end,
                (Role::Letter, _) => {
                    spans.push((at, end));
                    open = true;
                }
                (Role::Word, _) => {
                    spans.push((at, end));
                    open = false;
                }
                (Role::Mark | Role::Between, _) => open = false,
            }
        }
        Self { folded, spans }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
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

/// Letters of scripts that put no spaces between words: Thai and Lao, Burmese, Khmer, kana, Chinese characters.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
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
}
