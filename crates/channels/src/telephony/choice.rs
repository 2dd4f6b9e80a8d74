//! What can be chosen by a key, and which choice an answer is.

use flow::{Button, Content, Reply};

/// The keys in the order of the choices: on a phone, 0 stands after 9.
const KEYS: &str = "1234567890";
/// What speech recognition adds to words.
const MARKS: [char; 3] = ['.', '?', '!'];

/// Something to choose by a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The key: `1` to `9`, then `0`.
    pub key: char,
    /// What comes back as `flow::Reply::payload`.
    pub id: String,
    /// What the contact hears or reads.
    pub title: String,
}

/// What is asked by this content: its buttons, list rows or quick replies, each with its key. More than ten have no key,
/// and are left out.
#[must_use]
pub fn choices(content: &Content) -> Vec<Choice> {
    described(content).map(|(choice, _)| choice).collect()
}

/// The choices, with the description of those that have one.
pub(super) fn described(content: &Content) -> impl Iterator<Item = (Choice, Option<&str>)> {
    let (buttons, sections): (&[Button], _) = match content {
        Content::Buttons { buttons, .. } | Content::Template { buttons, .. } => (buttons, None),
        Content::List { sections, .. } => (&[], Some(sections)),
        Content::Text { .. } | Content::Media { .. } => (&[], None),
    };
    let buttons = buttons.iter().map(|button| (&button.id, &button.title, None));
    let rows = sections.into_iter().flatten().flat_map(|section| &section.rows);
    let rows = rows.map(|row| (&row.id, &row.title, row.description.as_deref()));
    KEYS.chars().zip(buttons.chain(rows)).map(|(key, (id, title, description))| {
        // A template's quick reply may come without its words.
        let shown = if title.trim().is_empty() { id } else { title };
        (Choice { key, id: id.clone(), title: shown.clone() }, description)
    })
}

/// The answer that a caller gave: the choice of the key pressed; other keys, or the words spoken, as text. Neither: an
/// empty text.
#[must_use]
pub fn answer(choices: &[Choice], digits: Option<&str>, speech: Option<&str>) -> Reply {
    if let Some(digits) = digits.map(str::trim).filter(|digits| !digits.is_empty()) {
        return pressed(choices, digits).unwrap_or_else(|| Reply::text(digits));
    }
    let words = speech.unwrap_or_default().trim();
    Reply::text(words.trim_end_matches(MARKS).trim_end())
}

/// The answer that a contact wrote: the choice of that number, such as `2` or `2.`; else the text as it is.
#[must_use]
pub fn read_choice(choices: &[Choice], text: &str) -> Reply {
    let number = text.trim().trim_end_matches(['.', ')']);
    pressed(choices, number).unwrap_or_else(|| Reply::text(text))
}

fn pressed(choices: &[Choice], digits: &str) -> Option<Reply> {
    let chosen = choices.iter().find(|choice| digits.chars().eq([choice.key]));
    chosen.map(|choice| Reply::button(&choice.id, &choice.title))
}
