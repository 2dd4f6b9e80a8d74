//! A message as text messages: SMS, or MMS where there is a file.

use flow::Content;

use super::api::MAX_BODY_CHARS;
use super::choice::described;
use super::piece::pieces;

/// The bodies, and the file that goes with each, if any: the header, the text, each choice with its number, the footer.
/// A text that is longer than Twilio takes is several messages; a file goes with the first. A template's text is not known
/// here: only its buttons are sent, and nothing of one without.
#[must_use]
pub fn texts(content: &Content) -> Vec<(String, Option<String>)> {
    let (header, text, footer, media) = match content {
        Content::Text { text } => (None, Some(text), None, None),
        Content::Buttons { text, header, footer, .. }
        | Content::List { text, header, footer, .. } => {
            (header.as_ref(), Some(text), footer.as_ref(), None)
        }
        Content::Media { url, caption, .. } => (None, caption.as_ref(), None, Some(url)),
        Content::Template { .. } => (None, None, None, None),
    };
    let choices = described(content).map(|(choice, description)| {
        let line = format!("{}. {}", choice.key, choice.title);
        description.map_or_else(|| line.clone(), |description| format!("{line} ({description})"))
    });
    let lines = header.into_iter().chain(text).cloned().chain(choices).chain(footer.cloned());
    let body = lines.collect::<Vec<_>>().join("\n");
    let mut texts: Vec<_> =
        pieces(&body, MAX_BODY_CHARS, &["\n"]).into_iter().map(|body| (body, None)).collect();
    if let Some(url) = media {
        match texts.first_mut() {
            Some((_, media)) => *media = Some(url.clone()),
            None => texts.push((String::new(), Some(url.clone()))),
        }
    }
    texts
}
