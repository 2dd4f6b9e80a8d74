//! Finding many phrases in a text at once: whole words in a row, in a tree of words.

use std::collections::HashMap;

use crate::words::Words;

/// Phrases, each once, by number in the order in which they were added.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    words: HashMap<String, u32>,
    /// From a place in the tree, by a word, to the next place. The root is 0.
    next: HashMap<(u32, u32), u32>,
    /// The phrase that ends at a place.
    ends: HashMap<u32, usize>,
}

impl Phrases {
    /// The number of a phrase; `None` where the text has no words.
    pub(super) fn add(&mut self, text: &str) -> Option<usize> {
        let words = Words::of(text);
        let mut place = 0;
        for word in words.iter() {
            let fresh = count(self.words.len());
            let word = match self.words.get(word) {
                Some(known) => *known,
                None => *self.words.entry(word.to_owned()).or_insert(fresh),
            };
            let fresh = count(self.next.len()) + 1;
            place = *self.next.entry((place, word)).or_insert(fresh);
        }
        let fresh = self.ends.len();
        (place != 0).then(|| *self.ends.entry(place).or_insert(fresh))
    }

    /// Which of the phrases are in a text, by number.
    pub(super) fn found_in(&self, words: &Words<'_>) -> Vec<bool> {
        let mut found = vec![false; self.ends.len()];
        let words: Vec<Option<u32>> = words.iter().map(|w| self.words.get(w).copied()).collect();
        for start in 0..words.len() {
            let mut place = 0;
            for word in &words[start..] {
                let next = word.and_then(|word| self.next.get(&(place, word)));
                let Some(next) = next else { break };
                place = *next;
                if let Some(phrase) = self.ends.get(&place) {
                    found[*phrase] = true;
                }
            }
        }
        found
    }
}

/// A definition is far smaller than four billion words.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_as_whole_words_in_a_row() {
        for (phrase, text, is_there) in [
            ("refund", "I want a REFUND!", true),
            ("refund", "refunds are nice", false),
            ("money back", "give me my money back", true),
            ("money back", "back with my money", false),
            ("money back", "money, BACK", true),
            ("où", "ou est-ce", true),
            ("e-mail", "my e mail", true),
            ("e-mail", "my email", false),
            ("退款", "我要退款。", true),
            ("退款", "退一款", false),
            ("👍", "great👍🏽", true),
            ("👍", "👎", false),
            ("a b a b c", "a b a b a b c", true),
        ] {
            let mut phrases = Phrases::default();
            assert_eq!(phrases.add(phrase), Some(0));
            assert_eq!(phrases.found_in(&Words::of(text)), [is_there], "{phrase} in {text}");
        }
    }

    #[test]
    fn equal_phrases_are_one_and_blank_ones_none() {
        let mut phrases = Phrases::default();
        let numbers = ["money", "Money back", " MONEY  back!", "?!", "", "money"]
            .map(|text| phrases.add(text));
        assert_eq!(numbers, [Some(0), Some(1), Some(1), None, None, Some(0)]);
        assert_eq!(phrases.found_in(&Words::of("money back")), [true, true]);
        assert_eq!(phrases.found_in(&Words::of("")), [false, false]);
    }
}
