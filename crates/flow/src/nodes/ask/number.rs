//! The numbers with which people choose: `2`, `2.`, `two`, `2️⃣`.

use crate::number::ascii_digits;

/// English, from one on.
const WORDS: [&str; 10] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// What a keycap is besides its digit.
const KEYCAP: char = '\u{20E3}';

/// The number that a folded text is.
pub(super) fn number_of(said: &str) -> Option<usize> {
    if let Some(index) = WORDS.iter().position(|word| *word == said) {
        return Some(index + 1);
    }
    if said == "🔟" {
        return Some(10);
    }
    let digits = ascii_digits(said.trim_end_matches(['.', ')', KEYCAP]));
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;

    #[test]
    fn numbers_are_digits_words_and_keycaps() {
        for (said, number) in [
            ("2", 2),
            ("2.", 2),
            ("2)", 2),
            ("two", 2),
            (" Ten ", 10),
            ("2️⃣", 2),
            ("🔟", 10),
            ("٢", 2),
            ("２", 2),
            ("②", 2),
            ("007", 7),
            ("0", 0),
        ] {
            assert_eq!(number_of(&fold(said)), Some(number), "{said}");
        }
        for said in ["", ".", "-1", "+1", "1.5", "twos", "eleven", "2 3", "99999999999999999999999"]
        {
            assert_eq!(number_of(&fold(said)), None, "{said}");
        }
    }
}
