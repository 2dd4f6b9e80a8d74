//! What we say ourselves, in the languages that we know.

use super::language::Voice;

/// A sentence of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phrase {
    /// An agent answers that has no words of its own to begin with.
    Greeting,
    /// The end of a call.
    Goodbye,
    /// No workflow answers, or nobody takes a call that is handed over.
    NobodyHere,
    /// We failed.
    SomethingWrong,
    /// A person is being called.
    Connecting,
}

/// The sentences of one language. `press` has places for the title and the key.
struct Sentences {
    language: &'static str,
    greeting: &'static str,
    goodbye: &'static str,
    nobody_here: &'static str,
    something_wrong: &'static str,
    connecting: &'static str,
    press: &'static str,
}

/// The first is for every language that is not here.
const SENTENCES: [Sentences; 6] = [
    Sentences {
        language: "en",
        greeting: "Hello. How can I help you?",
        goodbye: "Goodbye.",
        nobody_here: "Nobody can take your call right now.",
        something_wrong: "Something went wrong. Please call again later.",
        connecting: "Please hold, you are being connected.",
        press: "Press {key} for {title}.",
    },
    Sentences {
        language: "es",
        greeting: "Hola. ¿En qué puedo ayudarle?",
        goodbye: "Adiós.",
        nobody_here: "Nadie puede atender su llamada en este momento.",
        something_wrong: "Algo salió mal. Por favor, llame más tarde.",
        connecting: "Por favor, espere mientras le comunicamos.",
        press: "Para {title}, marque {key}.",
    },
    Sentences {
        language: "fr",
        greeting: "Bonjour. Comment puis-je vous aider ?",
        goodbye: "Au revoir.",
        nobody_here: "Personne ne peut prendre votre appel pour le moment.",
        something_wrong: "Une erreur est survenue. Veuillez rappeler plus tard.",
        connecting: "Veuillez patienter, nous vous mettons en relation.",
        press: "Pour {title}, tapez {key}.",
    },
    Sentences {
        language: "de",
        greeting: "Guten Tag. Wie kann ich Ihnen helfen?",
        goodbye: "Auf Wiederhören.",
        nobody_here: "Im Moment kann niemand Ihren Anruf annehmen.",
        something_wrong: "Etwas ist schiefgegangen. Bitte rufen Sie später noch einmal an.",
        connecting: "Bitte warten Sie, Sie werden verbunden.",
        press: "Für {title} drücken Sie die {key}.",
    },
    Sentences {
        language: "it",
        greeting: "Salve. Come posso aiutarla?",
        goodbye: "Arrivederci.",
        nobody_here: "Al momento nessuno può rispondere alla sua chiamata.",
        something_wrong: "Qualcosa è andato storto. La preghiamo di richiamare più tardi.",
        connecting: "Attenda in linea, la stiamo mettendo in contatto.",
        press: "Per {title}, prema {key}.",
    },
    Sentences {
        language: "pt",
        greeting: "Olá. Em que posso ajudar?",
        goodbye: "Até logo.",
        nobody_here: "Ninguém pode atender a sua chamada neste momento.",
        something_wrong: "Algo correu mal. Por favor, ligue mais tarde.",
        connecting: "Por favor, aguarde enquanto transferimos a sua chamada.",
        press: "Para {title}, digite {key}.",
    },
];

/// The sentence in the voice's language; in English where we do not know that language.
#[must_use]
pub fn phrase(phrase: Phrase, voice: &Voice<'_>) -> &'static str {
    let sentences = sentences(voice);
    match phrase {
        Phrase::Greeting => sentences.greeting,
        Phrase::Goodbye => sentences.goodbye,
        Phrase::NobodyHere => sentences.nobody_here,
        Phrase::SomethingWrong => sentences.something_wrong,
        Phrase::Connecting => sentences.connecting,
    }
}

/// `Press 1 for Sales.`; with a description, `Press 1 for Sales: weekdays only.`, and where the title does not stand last,
/// `Para ventas, solo entre semana, marque 1.`
pub(super) fn press(
    key: char,
    title: &str,
    description: Option<&str>,
    voice: &Voice<'_>,
) -> String {
    let sentence = sentences(voice).press;
    let mut named = bare(title).to_owned();
    if let Some(description) = description.map(bare).filter(|description| !description.is_empty()) {
        named += if sentence.ends_with("{title}.") { ": " } else { ", " };
        named += description;
    }
    // The title last: it may have braces of its own.
    let sentence = sentence.replacen("{key}", key.encode_utf8(&mut [0; 4]), 1);
    sentence.replacen("{title}", &named, 1)
}

/// Without the marks that would end the sentence; as it is, if it is nothing else.
fn bare(text: &str) -> &str {
    let bare = text.trim().trim_end_matches(['.', '!', '?']).trim_end();
    if bare.is_empty() { text } else { bare }
}

fn sentences(voice: &Voice<'_>) -> &'static Sentences {
    let language = voice.primary();
    let found = SENTENCES.iter().find(|known| known.language.eq_ignore_ascii_case(language));
    found.unwrap_or(&SENTENCES[0])
}
