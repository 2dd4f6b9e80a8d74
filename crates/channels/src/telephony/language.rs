//! The language that a call is in, and who speaks it.

/// What is spoken in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voice<'a> {
    /// BCP 47, such as `en-US`; a language alone, such as `en`, means where most of its speakers that we know voices for
    /// are.
    pub language: &'a str,
}

impl Default for Voice<'_> {
    fn default() -> Self {
        Self { language: "en-US" }
    }
}

/// Languages that `<Say>` and `<Gather>` both know, and who speaks each: Amazon Polly's standard voices (pages:
/// voice/twiml/say/text-speech#available-voices-and-languages; the enumeration in twilio-java's `Say`). The first of a
/// language stands for the language alone.
const VOICES: [(&str, &str); 26] = [
    ("en-US", "Polly.Joanna"),
    ("en-GB", "Polly.Amy"),
    ("en-AU", "Polly.Nicole"),
    ("en-IN", "Polly.Raveena"),
    ("es-US", "Polly.Lupe"),
    ("es-ES", "Polly.Lucia"),
    ("es-MX", "Polly.Mia"),
    ("fr-FR", "Polly.Lea"),
    ("fr-CA", "Polly.Chantal"),
    ("de-DE", "Polly.Vicki"),
    ("it-IT", "Polly.Bianca"),
    ("pt-BR", "Polly.Camila"),
    ("pt-PT", "Polly.Ines"),
    ("nl-NL", "Polly.Lotte"),
    ("da-DK", "Polly.Naja"),
    ("sv-SE", "Polly.Astrid"),
    ("nb-NO", "Polly.Liv"),
    ("is-IS", "Polly.Dora"),
    ("pl-PL", "Polly.Ewa"),
    ("ro-RO", "Polly.Carmen"),
    ("ru-RU", "Polly.Tatyana"),
    ("tr-TR", "Polly.Filiz"),
    ("hi-IN", "Polly.Aditi"),
    ("ja-JP", "Polly.Mizuki"),
    ("ko-KR", "Polly.Seoyeon"),
    ("arb", "Polly.Zeina"),
];

impl Voice<'_> {
    /// The value of the attribute `language`: as Twilio writes it, or as it was given.
    pub(super) fn tag(&self) -> &str {
        self.row().map_or(self.language, |(tag, _)| tag)
    }

    /// The value of the attribute `voice`. `None` for a language without one here: Twilio's own choice then speaks, for a
    /// voice of another language would fail the call.
    pub(super) fn name(&self) -> Option<&'static str> {
        self.row().map(|(_, name)| *name)
    }

    /// The language without its region, as given.
    pub(super) fn primary(&self) -> &str {
        self.language.split('-').next().unwrap_or_default()
    }

    fn row(&self) -> Option<&'static (&'static str, &'static str)> {
        let is = |tag: &str| tag.eq_ignore_ascii_case(self.language);
        let alone = |tag: &str| tag.split('-').next().is_some_and(is);
        let exact = VOICES.iter().find(|(tag, _)| is(tag));
        exact.or_else(|| VOICES.iter().find(|(tag, _)| alone(tag)))
    }
}

/// Whether `language` has the form of a BCP 47 tag: two or three letters, then parts of up to eight letters or digits.
/// Whether Twilio speaks it, it says nothing of.
#[must_use]
pub fn language_is_valid(language: &str) -> bool {
    let mut parts = language.split('-');
    let primary = parts.next().unwrap_or_default();
    language.len() <= MAX_TAG_CHARS
        && (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// What RFC 5646 (section 4.4.1) asks every reader of tags to take.
const MAX_TAG_CHARS: usize = 35;

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(language: &str) -> (&str, Option<&'static str>) {
        let row = Voice { language };
        (row.row().map_or(language, |(tag, _)| tag), row.name())
    }

    #[test]
    fn a_language_is_written_as_twilio_does_and_has_its_voice() {
        assert_eq!(spoken("en-US"), ("en-US", Some("Polly.Joanna")));
        assert_eq!(spoken("PT-br"), ("pt-BR", Some("Polly.Camila")));
        assert_eq!(spoken("fr"), ("fr-FR", Some("Polly.Lea")));
    }

    #[test]
    fn a_language_outside_of_the_table_has_no_voice() {
        for language in ["sw-KE", "yo", "es-AR", "zh-CN"] {
            assert_eq!(spoken(language), (language, None));
        }
    }

    #[test]
    fn only_what_has_the_form_of_a_tag_is_a_language() {
        for language in ["en", "en-US", "cmn-Hans-CN", "es-419", "arb"] {
            assert!(language_is_valid(language), "{language}");
        }
        let long = format!("en{}", "-abcdefgh".repeat(4));
        for language in
            ["", "e", "english", "en_US", "en-", "en--US", "en-\"", "1n", "en US", &long]
        {
            assert!(!language_is_valid(language), "{language}");
        }
    }
}
