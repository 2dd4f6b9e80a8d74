//! A message as it is spoken in a call.

use flow::{Content, MediaKind};

use super::choice::described;
use super::language::Voice;
use super::piece::pieces;
use super::press::press;
use super::twiml::Verb;

/// Characters of one `<Say>` (page: voice/twiml/say).
pub const MAX_SAY_CHARS: usize = 4_096;

/// Where a text is cut that is longer.
const SENTENCE_ENDS: [&str; 5] = [". ", "! ", "? ", "\n", "。"];

/// What a caller hears of a content: the header and the text, then each choice with its key. A recording is played; of
/// other files only the words beside them are said. A template's text is not known here: only its buttons are said. The
/// footer is left out.
#[must_use]
pub fn speech(content: &Content, voice: &Voice<'_>) -> Vec<Verb> {
    let mut verbs = match content {
        Content::Text { text } => say(None, text),
        Content::Buttons { text, header, .. } | Content::List { text, header, .. } => {
            say(header.as_deref(), text)
        }
        Content::Media { kind: MediaKind::Audio, url, .. } => vec![Verb::Play(url.clone())],
        Content::Media { caption, .. } => say(None, caption.as_deref().unwrap_or_default()),
        Content::Template { .. } => Vec::new(),
    };
    let choices = described(content).flat_map(|(choice, description)| {
        say(None, &press(choice.key, &choice.title, description, voice))
    });
    verbs.extend(choices);
    verbs
}

fn say(header: Option<&str>, text: &str) -> Vec<Verb> {
    let header = header.map(str::trim).filter(|header| !header.is_empty());
    let text = match header {
        Some(header) if header.ends_with(|last: char| last.is_alphanumeric()) => {
            format!("{header}. {text}")
        }
        Some(header) => format!("{header} {text}"),
        None => text.into(),
    };
    pieces(&text, MAX_SAY_CHARS, &SENTENCE_ENDS).into_iter().map(Verb::Say).collect()
}
