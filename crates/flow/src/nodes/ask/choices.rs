//! The choices of an `ask`: how they are shown, and which one an answer means.

use std::borrow::Cow;

use super::number::number_of;
use crate::failure::Failure;
use crate::fold::{self, bare};
use crate::limits::{MAX_BUTTON_TITLE_CHARS, MAX_BUTTONS};
use crate::parts::Frame;
use crate::template::Text;
use crate::turn::Turn;
use crate::words;
use crate::{Button, Content, Reply, Row, Section};

#[derive(Debug, Default)]
pub(super) struct Choices {
    pub(super) choices: Vec<Choice>,
    /// Whether they are the quick replies of the template that asks.
    pub(super) are_quick_replies: bool,
    pub(super) frame: Frame,
    /// The label that opens the list.
    pub(super) button: Option<Text>,
}

#[derive(Debug)]
pub(super) struct Choice {
    pub(super) id: String,
    pub(super) title: Text,
    pub(super) description: Option<Text>,
    /// The title as it is compared, where it has no variables.
    folded: Option<String>,
}

impl Choice {
    pub(super) fn new(id: String, title: Text, description: Option<Text>) -> Self {
        let folded = title.as_plain().map(fold::fold);
        Self { id, title, description, folded }
    }

    /// The title as it is compared.
    fn folded(&self, turn: &mut Turn<'_>) -> Result<Cow<'_, str>, Failure> {
        Ok(match &self.folded {
            Some(folded) => Cow::Borrowed(folded),
            None => Cow::Owned(fold::fold(&turn.render(&self.title)?)),
        })
    }
}

impl Choices {
    pub(super) fn ids(&self) -> Vec<&str> {
        self.choices.iter().map(|choice| choice.id.as_str()).collect()
    }

    /// Whether they fit on buttons as far as can be known now: up to three, with short titles, nothing to describe.
    pub(super) fn may_be_buttons(&self) -> bool {
        let short = |choice: &Choice| {
            choice
                .title
                .as_plain()
                .is_none_or(|title| title.chars().count() <= MAX_BUTTON_TITLE_CHARS)
        };
        self.choices.len() <= MAX_BUTTONS
            && self.choices.iter().all(|c| c.description.is_none() && short(c))
    }

    /// A question with its choices: on buttons where they fit, else in a list.
    pub(super) fn show(&self, turn: &mut Turn<'_>, text: String) -> Result<Content, Failure> {
        let mut rows = Vec::with_capacity(self.choices.len());
        for choice in &self.choices {
            let description =
                choice.description.as_ref().map(|text| turn.render(text)).transpose()?;
            rows.push(Row {
                id: choice.id.clone(),
                title: turn.render(&choice.title)?,
                description,
            });
        }
        let (header, footer) = self.frame.render(turn)?;
        let short = |row: &Row| row.title.chars().count() <= MAX_BUTTON_TITLE_CHARS;
        if self.may_be_buttons() && rows.iter().all(short) {
            let buttons =
                rows.into_iter().map(|row| Button { id: row.id, title: row.title }).collect();
            return Ok(Content::Buttons { text, header, footer, buttons });
        }
        let button = match &self.button {
            Some(label) => turn.render(label)?,
            None => String::new(),
        };
        Ok(Content::List {
            text,
            header,
            footer,
            button,
            sections: vec![Section { title: None, rows }],
        })
    }

    /// The id of the choice that an answer means: by the id of the button; else by the title; else by a number, as
    /// digits, English word or keycap: that with which a single title begins (`2 people`), or the choice's own, counted
    /// from 1; else by a single title or its beginning (`y`), without the signs around (`Yes!`).
    pub(super) fn matching(
        &self,
        turn: &mut Turn<'_>,
        reply: &Reply,
    ) -> Result<Option<&str>, Failure> {
        let chosen = self.choices.iter().find(|choice| Some(&choice.id) == reply.payload.as_ref());
        if let Some(choice) = chosen {
            return Ok(Some(&choice.id));
        }
        let said = fold::folded(&reply.text);
        if said.is_empty() {
            return Ok(None);
        }
        let mut titles = Vec::with_capacity(self.choices.len());
        for choice in &self.choices {
            titles.push(choice.folded(turn)?);
        }
        let index = titles
            .iter()
            .position(|title| *title == said)
            .or_else(|| by_number(&titles, &said))
            .or_else(|| by_beginning(&titles, &said))
            .or_else(|| by_bare_words(&titles, &said));
        Ok(index.map(|index| self.choices[index].id.as_str()))
    }
}

fn by_number(titles: &[Cow<'_, str>], said: &str) -> Option<usize> {
    let number = number_of(said)?;
    let begins = |title: &Cow<'_, str>| {
        words::words(title).next().and_then(number_of).is_some_and(|first| first == number)
    };
    let counted = number.checked_sub(1).filter(|index| *index < titles.len());
    the_only(titles, begins).or(counted)
}

fn by_beginning(titles: &[Cow<'_, str>], said: &str) -> Option<usize> {
    the_only(titles, |title| title.starts_with(said))
}

/// As people write: `Yes!`, `no.`, `"2"`. Not `-1`, which is no choice.
fn by_bare_words(titles: &[Cow<'_, str>], said: &str) -> Option<usize> {
    let words = bare(said);
    if words.is_empty() || words == said || said.starts_with(['-', '+']) {
        return None;
    }
    the_only(titles, |title| bare(title) == words)
        .or_else(|| by_number(titles, words))
        .or_else(|| by_beginning(titles, words))
}

/// The place of the one title for which that is so; `None` if it is so for several.
fn the_only(titles: &[Cow<'_, str>], is: impl Fn(&Cow<'_, str>) -> bool) -> Option<usize> {
    let mut found = titles.iter().enumerate().filter(|(_, title)| is(title)).map(|(i, _)| i);
    found.next().filter(|_| found.next().is_none())
}
