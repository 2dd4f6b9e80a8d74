//! Identity is derived, not allocated: the same contact or conversation has the same id on every host, so
//! find-or-create cannot race into two.

use std::fmt;

use flow::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::Channel;

/// The namespace of every derived id: drawn once, at random, for this project.
const NAMESPACE: Uuid = Uuid::from_u128(0x5f0c_7a52_8d1e_4b6a_9c31_2e74_d0b8_63f1);

/// The UUIDv5 of what `parts` name. Each part is preceded by its length, so that no two lists share a name.
#[must_use]
pub fn derive(kind: &str, parts: &[&str]) -> Uuid {
    let mut name = kind.to_owned();
    for part in parts {
        name.push_str(&format!("\n{}:{part}", part.len()));
    }
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

/// The id of the contact whom `team` knows by `address`.
#[must_use]
pub fn contact(team: &str, address: &str) -> Uuid {
    derive("contact", &[team, address])
}

/// The id of the conversation of `team` with `address` on a channel's account.
#[must_use]
pub fn conversation(team: &str, channel: Channel, account: &str, address: &str) -> Uuid {
    derive("conversation", &[team, channel.as_str(), account, address])
}

/// The id of what a request with an `Idempotency-Key` creates.
#[must_use]
pub fn keyed(team: &str, route: &str, key: &str) -> Uuid {
    derive("keyed", &[team, route, key])
}

/// Ids drawn in one turn: UUIDv7 from the turn's time and a hash of its seed, so that a turn applied again after
/// a conflict draws the same ones.
#[derive(Debug, Clone)]
pub struct Ids {
    seed: Uuid,
    drawn: u64,
}

impl Ids {
    /// Ids from `seed`, which must be random and used for one request only.
    #[must_use]
    pub fn new(seed: Uuid) -> Self {
        Self { seed, drawn: 0 }
    }

    /// The next id, with `now` as its time.
    pub fn next(&mut self, now: Timestamp) -> Uuid {
        let mut hash = Sha256::new();
        hash.update(self.seed.as_bytes());
        hash.update(self.drawn.to_le_bytes());
        self.drawn += 1;
        let digest = hash.finalize();
        let mut random = [0; 10];
        random.copy_from_slice(&digest[..10]);
        Builder::from_unix_timestamp_millis(now.0, &random).into_uuid()
    }
}

/// What people write between the digits of a phone number, as a pattern.
macro_rules! between {
    () => {
        r"[ \u00a0\u2009\u200e-\u2015\u202a-\u202f\u2060-\u2069\ufeff./()-]*"
    };
}

/// The same behind a country code: a whole `(0)` is no digit there.
macro_rules! behind_code {
    () => {
        r"(\(0\)|(?!\(0\))[ \u00a0\u2009\u200e-\u2015\u202a-\u202f\u2060-\u2069\ufeff./()-])*"
    };
}

/// A phone number in E.164: `+`, then 7 to 15 digits of which the first is not 0 (ITU-T E.164; the least of 7 is
/// the console contract's `^\+[1-9]\d{6,14}$`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct E164(String);

/// Why a text is no phone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be an international phone number, such as +14155550123")]
pub struct InvalidPhone;

impl E164 {
    /// What [`E164::parse`] takes, as a pattern of a JSON Schema. Of white space around it only the usual: languages differ
    /// in what else is.
    pub const PATTERN: &str = concat!(
        r"^[ \t\r\n]*",
        between!(),
        r"(\+|0",
        between!(),
        "0)",
        between!(),
        // Italy's, and all others.
        "(3",
        behind_code!(),
        "9(",
        between!(),
        "[0-9]){5,13}",
        between!(),
        "|(?!3",
        behind_code!(),
        "9)[1-9](",
        behind_code!(),
        "[0-9]){6,14}",
        behind_code!(),
        r")[ \t\r\n]*$"
    );

    /// Reads a phone number written in one of the usual ways: what [`E164::bare`] leaves out is ignored, a leading `00`
    /// stands for `+`.
    ///
    /// # Errors
    /// [`InvalidPhone`] for anything else, a number without its country code included.
    pub fn parse(text: &str) -> Result<Self, InvalidPhone> {
        let bare = Self::bare(text);
        Self::from_digits(international(&bare).ok_or(InvalidPhone)?)
    }

    /// A phone number, or a part of one, without what people write between the digits: spaces, dashes, dots, slashes,
    /// brackets, and the marks of direction that come along when it is copied. Left out, too, is the zero in
    /// `+44 (0)20 7946 0958`, which is dialled within the country only.
    #[must_use]
    pub fn bare(text: &str) -> String {
        let mut bare = String::with_capacity(text.len());
        for (n, part) in text.trim().split("(0)").enumerate() {
            if n > 0 && !ends_in_country_code(&bare) {
                bare.push('0');
            }
            bare.extend(part.chars().filter(|c| !is_between(*c)));
        }
        bare
    }

    /// Reads the bare digits, country code first, that providers use as an id (`wa_id`).
    ///
    /// # Errors
    /// [`InvalidPhone`] for anything else.
    pub fn from_digits(digits: &str) -> Result<Self, InvalidPhone> {
        let valid = (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|b| b.is_ascii_digit());
        if valid { Ok(Self(format!("+{digits}"))) } else { Err(InvalidPhone) }
    }

    /// The number with its `+`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number without its `+`.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0[1..]
    }
}

/// What comes after the `+` of a number, or the `00` in its place.
fn international(bare: &str) -> Option<&str> {
    bare.strip_prefix('+').or_else(|| bare.strip_prefix("00"))
}

/// Whether a zero in brackets that follows is dialled within the country only. Italy's zeros belong to the number (its
/// numbering plan, which ITU-T publishes by Recommendation E.129).
fn ends_in_country_code(bare: &str) -> bool {
    international(bare).is_some_and(|digits| !digits.is_empty() && !digits.starts_with("39"))
}

/// Whether it is one of those that [`E164::bare`] leaves out wherever they are.
fn is_between(c: char) -> bool {
    let is_space = matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}');
    let is_dash = matches!(c, '-' | '\u{2010}'..='\u{2015}');
    let is_mark = matches!(c,
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    is_space || is_dash || is_mark || matches!(c, '.' | '/' | '(' | ')')
}

impl fmt::Display for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for E164 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_ways_of_writing_a_number_are_one_number() {
        for text in ["+14155550123", "+1 (415) 555-0123", "001.415.555.0123", " +1/415/5550123 "] {
            assert_eq!(
                E164::parse(text).map(|p| p.to_string()),
                Ok("+14155550123".to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_international_number_is_refused() {
        for text in [
            "",
            "+",
            "hello",
            "4155550123",
            "+0415555012",
            "+1415",
            "+1234567890123456",
            "+1415555O123",
            "+1+4155550123",
        ] {
            assert_eq!(E164::parse(text), Err(InvalidPhone), "{text}");
        }
    }

    #[test]
    fn what_comes_along_when_a_number_is_copied_is_left_out() {
        for text in [
            "\u{202a}+1\u{202f}415\u{2009}555\u{a0}0123\u{202c}",
            "\u{feff}\u{200e}+1 415\u{2010}555\u{2013}0123\u{200f}",
            "\u{2068}+1\u{2060}415\u{2015}555\u{2011}0123\u{2069}",
        ] {
            let phone = E164::parse(text).map(|phone| phone.to_string());
            assert_eq!(phone, Ok("+14155550123".to_owned()), "{}", text.escape_unicode());
        }
    }

    #[test]
    fn a_zero_in_brackets_behind_a_country_code_is_dialled_within_the_country_only() {
        for (text, number) in [
            ("+44 (0)20 7946 0958", "+442079460958"),
            ("0044(0)20 7946 0958", "+442079460958"),
            ("(+44) (0) 20 7946 0958", "+442079460958"),
            ("+49-(0)-30-901820", "+4930901820"),
            // Sixteen digits with it, fifteen without.
            ("+44 (0)1234567890123", "+441234567890123"),
            // What is in the brackets is more than the zero.
            ("+44 (020) 7946 0958", "+4402079460958"),
            ("0(0)44 20 7946 0958", "+442079460958"),
            // Italy's belong to the number.
            ("+39 (0)6 6982", "+39066982"),
            ("+39 (06) 6982", "+39066982"),
        ] {
            let phone = E164::parse(text).map(|phone| phone.to_string());
            assert_eq!(phone, Ok(number.to_owned()), "{text}");
        }
        for text in ["+(0)44 20 7946 0958", "+44 (0)2079", "020 7946 0958", "(0)20 7946 0958"] {
            assert_eq!(E164::parse(text), Err(InvalidPhone), "{text}");
        }
    }

    #[test]
    fn parts_that_run_together_are_different_identities() {
        assert_ne!(contact("ab", "c"), contact("a", "bc"));
        assert_ne!(contact("a", "1:b"), derive("contact", &["a", "1", "b"]));
    }

    #[test]
    fn a_turn_applied_again_draws_the_same_ids() {
        let seed = Uuid::from_u128(7);
        let (mut first, mut again) = (Ids::new(seed), Ids::new(seed));
        let now = Timestamp(1_700_000_000_000);
        assert_eq!(first.next(now), again.next(now));
        assert_ne!(first.next(now), first.next(now));
    }
}
