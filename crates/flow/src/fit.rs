//! Making a message fit its channel's limits at the last moment. Validation has refused what was too long by
//! itself; what variables added is cut here, because half a title is better than a refused message.

use crate::cut::cut;
use crate::limits::{
    MAX_BUTTON_TITLE_CHARS, MAX_BUTTONS_TEXT_CHARS, MAX_CAPTION_CHARS, MAX_FILENAME_CHARS,
    MAX_FOOTER_CHARS, MAX_HEADER_CHARS, MAX_ROW_DESCRIPTION_CHARS, MAX_ROW_TITLE_CHARS,
    MAX_TEXT_CHARS,
};
use crate::{Button, Content, Row, Section, Variables};

/// What became of a message.
#[derive(Debug, PartialEq)]
pub(crate) enum Fit {
    Whole(Content),
    Cut(Content),
    /// Plain text with nothing in it.
    Blank,
}

pub(crate) fn fit(mut content: Content) -> Fit {
    let mut has_cut = false;
    let mut within = |text: &mut String, limit: usize| {
        if let std::borrow::Cow::Owned(shorter) = cut(text, limit) {
            *text = shorter;
            has_cut = true;
        }
    };
    match &mut content {
        Content::Text { text } if text.trim().is_empty() => return Fit::Blank,
        Content::Text { text } => within(text, MAX_TEXT_CHARS),
        Content::Buttons { text, header, footer, buttons } => {
            fill(text, "…");
            within(text, MAX_BUTTONS_TEXT_CHARS);
            line(header, MAX_HEADER_CHARS, &mut within);
            line(footer, MAX_FOOTER_CHARS, &mut within);
            for Button { id, title } in &mut *buttons {
                fill(title, id);
                within(title, MAX_BUTTON_TITLE_CHARS);
            }
            has_cut |= tell_apart(buttons);
        }
        Content::List { text, header, footer, button, sections } => {
            fill(text, "…");
            within(text, MAX_TEXT_CHARS);
            line(header, MAX_HEADER_CHARS, &mut within);
            line(footer, MAX_FOOTER_CHARS, &mut within);
            fill(button, "…");
            within(button, MAX_BUTTON_TITLE_CHARS);
            for section in sections.iter_mut() {
                line(&mut section.title, MAX_ROW_TITLE_CHARS, &mut within);
            }
            fill_titles(sections);
            for Row { id, title, description } in
                sections.iter_mut().flat_map(|section| &mut section.rows)
            {
                fill(title, id);
                within(title, MAX_ROW_TITLE_CHARS);
                line(description, MAX_ROW_DESCRIPTION_CHARS, &mut within);
            }
        }
        Content::Media { caption, filename, .. } => {
            line(caption, MAX_CAPTION_CHARS, &mut within);
            line(filename, MAX_FILENAME_CHARS, &mut within);
        }
        // Its text is with the provider, and its titles too: ours only name the payloads.
        Content::Template { variables, .. } => {
            let place = |text: &mut String| {
                one_line(text);
                fill(text, "…");
                within(text, MAX_BUTTONS_TEXT_CHARS);
            };
            match variables {
                Variables::Positional(texts) => texts.iter_mut().for_each(place),
                Variables::Named(texts) => texts.values_mut().for_each(place),
            }
        }
    }
    if has_cut { Fit::Cut(content) } else { Fit::Whole(content) }
}

/// Several sections need titles, whatever variables made of them.
fn fill_titles(sections: &mut [Section]) {
    if sections.len() > 1 {
        for section in sections {
            section.title.get_or_insert_with(|| "…".to_owned());
        }
    }
}

/// A text that must not be blank where it stands.
fn fill(text: &mut String, with: &str) {
    if text.trim().is_empty() {
        *text = with.to_owned();
    }
}

/// Numbers the titles that are there already: the provider takes no message with two equal ones (interactive reply
/// buttons: «must be unique within the message»). Whether there were any.
fn tell_apart(buttons: &mut [Button]) -> bool {
    let mut changed = false;
    for i in 1..buttons.len() {
        let (before, from) = buttons.split_at_mut(i);
        let title = &mut from[0].title;
        if before.iter().any(|button| button.title == *title) {
            let number = format!(" {}", i + 1);
            *title = cut(title, MAX_BUTTON_TITLE_CHARS - number.len()).into_owned() + &number;
            changed = true;
        }
    }
    changed
}

/// What fills a template's place has no line breaks or tabs, and no more than four spaces in a row: the provider takes no
/// others.
fn one_line(text: &mut String) {
    if text.contains(['\n', '\r', '\t']) || text.contains("     ") {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
}

/// A line that is left out where it is blank.
fn line(text: &mut Option<String>, limit: usize, within: &mut impl FnMut(&mut String, usize)) {
    if text.as_ref().is_some_and(|text| text.trim().is_empty()) {
        *text = None;
    }
    if let Some(text) = text {
        within(text, limit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Content {
        Content::Text { text: text.into() }
    }

    #[test]
    fn a_text_is_cut_at_its_limit_and_left_out_when_blank() {
        assert_eq!(fit(text("hello")), Fit::Whole(text("hello")));
        assert_eq!(fit(text(" \n")), Fit::Blank);
        let Fit::Cut(Content::Text { text }) = fit(text(&"é".repeat(MAX_TEXT_CHARS + 1))) else {
            panic!("not cut");
        };
        assert_eq!(text.chars().count(), MAX_TEXT_CHARS);
        assert!(text.ends_with('…'));
    }

    #[test]
    fn buttons_never_lose_their_titles() {
        let buttons = |text: &str, header: Option<&str>, title: &str| Content::Buttons {
            text: text.into(),
            header: header.map(Into::into),
            footer: None,
            buttons: vec![Button { id: "yes".into(), title: title.into() }],
        };
        assert_eq!(fit(buttons("", Some(" "), "")), Fit::Whole(buttons("…", None, "yes")));
        let long = "a title of 25 characters!";
        assert_eq!(
            fit(buttons("ok?", None, long)),
            Fit::Cut(buttons("ok?", None, "a title of 25 chara…"))
        );
    }

    #[test]
    fn rows_of_a_list_are_cut_at_theirs() {
        let list = |button: &str, title: &str, description: Option<&str>| Content::List {
            text: "Which?".into(),
            header: None,
            footer: None,
            button: button.into(),
            sections: vec![Section {
                title: None,
                rows: vec![Row {
                    id: "a".into(),
                    title: title.into(),
                    description: description.map(Into::into),
                }],
            }],
        };
        let whole = list("Options", "a title of 24 characters", None);
        assert_eq!(fit(list("Options", "a title of 24 characters", Some(""))), Fit::Whole(whole));
        let Fit::Cut(cut) = fit(list("Show me all of the options", "x", Some(&"y".repeat(100))))
        else {
            panic!("not cut");
        };
        assert_eq!(cut, list("Show me all of the…", "x", Some(&("y".repeat(71) + "…"))));
    }

    #[test]
    fn two_buttons_never_have_the_same_title() {
        let buttons = |titles: [&str; 3]| Content::Buttons {
            text: "Which?".into(),
            header: None,
            footer: None,
            buttons: ["a", "b", "c"]
                .into_iter()
                .zip(titles)
                .map(|(id, title)| Button { id: id.into(), title: title.into() })
                .collect(),
        };
        let other = ["Tuesday", "Wednesday", "Thursday"];
        assert_eq!(fit(buttons(other)), Fit::Whole(buttons(other)));
        for (titles, told_apart) in [
            (["Monday", "Monday", "Monday"], ["Monday", "Monday 2", "Monday 3"]),
            (
                ["Consultation in the morning", "Consultation in the evening", "No"],
                ["Consultation in the…", "Consultation in t… 2", "No"],
            ),
        ] {
            assert_eq!(fit(buttons(titles)), Fit::Cut(buttons(told_apart)));
        }
    }

    #[test]
    fn what_fills_a_template_is_one_line_and_never_blank() {
        let template = |variables| Content::Template {
            name: "offer".into(),
            language: "en".into(),
            variables,
            buttons: Vec::new(),
        };
        let texts =
            |texts: &[&str]| Variables::Positional(texts.iter().map(|t| (*t).into()).collect());
        assert_eq!(
            fit(template(texts(&["", " \n", "two\nlines", "a     b", "a    b"]))),
            Fit::Whole(template(texts(&["…", "…", "two lines", "a b", "a    b"])))
        );
        let named = |text: String| Variables::Named([("name".to_owned(), text)].into());
        assert_eq!(fit(template(named(String::new()))), Fit::Whole(template(named("…".into()))));
        let long = named("x".repeat(MAX_BUTTONS_TEXT_CHARS + 1));
        let cut = named("x".repeat(MAX_BUTTONS_TEXT_CHARS - 1) + "…");
        assert_eq!(fit(template(long)), Fit::Cut(template(cut)));
    }
}
