//! Words that say little about what a question is about: the small change of English, Spanish, Portuguese, French and
//! German, folded; single letters, which elisions leave; what is grammar in Chinese and Japanese.

/// In order, to be searched by halves.
#[rustfmt::skip]
const SMALL: &[&str] = &[
    "aber", "about", "al", "all", "als", "also", "am", "an", "and", "any", "are", "as", "at",
    "au", "auch", "auf", "aus", "aux", "avec", "be", "been", "bei", "bin", "bis", "but", "by",
    "can", "ce", "ces", "cette", "com", "comment", "como", "con", "could", "cual", "cuando",
    "cuanta", "cuanto", "da", "dans", "das", "de", "del", "dem", "den", "der", "des", "did",
    "die", "dir", "do", "does", "doing", "donde", "dos", "du", "ein", "eine", "einen", "einer",
    "el", "ela", "ele", "elle", "em", "en", "er", "es", "est", "esta", "estan", "estas", "este",
    "et", "eu", "fazem", "for", "from", "fur", "geht", "get", "gibt", "got", "habe", "haben",
    "had", "has", "hat", "have", "hay", "hello", "hi", "hola", "how", "ich", "if", "ihnen",
    "ihr", "ihre", "ihren", "il", "ils", "im", "in", "into", "is", "isso", "ist", "it", "its",
    "ja", "je", "just", "kann", "know", "konnen", "la", "las", "le", "les", "let", "leur",
    "leurs", "like", "lo", "los", "ma", "mais", "man", "may", "me", "mein", "meine", "mes",
    "meu", "mi", "minha", "mis", "mit", "mon", "muito", "muy", "my", "na", "nach", "nao", "nas",
    "ne", "need", "nicht", "no", "nos", "not", "notre", "nous", "oder", "of", "ok", "on", "one",
    "or", "os", "ou", "our", "out", "par", "para", "pas", "pela", "pelo", "pero", "peux",
    "please", "por", "posso", "pour", "pourquoi", "puedo", "puis", "qu", "quais", "qual",
    "quand", "quando", "quanto", "que", "quel", "quelle", "quelles", "quels", "quem", "qui",
    "quien", "quiero", "sa", "sao", "say", "se", "ses", "seu", "si", "sich", "sie", "sind",
    "so", "some", "son", "sont", "su", "sua", "sur", "sus", "ta", "te", "tell", "tem", "tengo",
    "tes", "thank", "thanks", "that", "the", "their", "them", "then", "there", "these", "they",
    "this", "those", "to", "toi", "ton", "tu", "tus", "um", "uma", "un", "una", "und", "une",
    "uno", "uns", "unser", "unsere", "us", "use", "voce", "voces", "von", "vor", "vos", "votre",
    "vous", "wann", "war", "was", "we", "wenn", "wer", "werden", "were", "what", "when",
    "where", "which", "who", "why", "wie", "will", "wir", "wird", "with", "wo", "would", "yes",
    "yo", "you", "your", "zu", "zum", "zur",
];

/// Chinese pronouns, particles and question words.
const SMALL_CHARACTERS: &str = "的是们你我他她它您吗呢吧了在有和就都也请问么怎如何这那哪几个";

/// Whether a word, or a pair of characters, says little.
pub(super) fn is_small(unit: &str) -> bool {
    let mut characters = unit.chars();
    match (characters.next(), characters.next()) {
        (Some(c), None) => c.is_ascii_alphabetic(),
        _ if unit.is_ascii() => SMALL.binary_search(&unit).is_ok(),
        // Words of content are seldom written in hiragana.
        _ => {
            unit.chars().all(|c| matches!(c, '\u{3041}'..='\u{309F}'))
                || unit.chars().any(|c| SMALL_CHARACTERS.contains(c))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_small_words_are_in_order_and_folded() {
        assert!(SMALL.is_sorted());
        for word in SMALL {
            assert_eq!(crate::fold::fold(word), **word);
            assert!(is_small(word) && word.is_ascii());
        }
    }

    #[test]
    fn small_words_are_told_from_others() {
        for (unit, small) in [
            ("the", true),
            ("l", true),
            ("refund", false),
            ("7", false),
            ("如何", true),
            ("何退", true),
            ("退货", false),
            ("てく", true),
            ("営業", false),
            ("доставка", false),
        ] {
            assert_eq!(is_small(unit), small, "{unit}");
        }
    }
}
