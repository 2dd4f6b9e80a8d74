//! The choices of an `ask`: how they are shown, and which one an answer means.

use crate::failure::Failure;
use crate::fold::fold;
use crate::limits::{MAX_BUTTON_TITLE_CHARS, MAX_BUTTONS};
use crate::parts::Frame;
use crate::template::Text;
use crate::turn::Turn;
use crate::{Button, Content, Reply, Row, Section};

#[derive(Debug, Default)]
pub(super) struct Choices {
    pub(super) choices: Vec<Choice>,
    pub(super) frame: Frame,
    /// The label that opens the list.
    pub(super) button: Option<Text>,
}

#[derive(Debug)]
pub(super) struct Choice {
    pub(super) id: String,
    pub(super) title: Text,
    pub(super) description: Option<Text>,
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

    /// The id of the choice that an answer means: by the id of the button, else by the title, else by its number,
    /// counted from 1.
    pub(super) fn matching(
        &self,
        turn: &mut Turn<'_>,
        reply: &Reply,
    ) -> Result<Option<&str>, Failure> {
        if let Some(choice) =
            self.choices.iter().find(|choice| Some(&choice.id) == reply.payload.as_ref())
        {
            return Ok(Some(&choice.id));
        }
        let said = fold(&reply.text);
        if said.is_empty() {
            return Ok(None);
        }
        for choice in &self.choices {
            if fold(&turn.render(&choice.title)?) == said {
                return Ok(Some(&choice.id));
            }
        }
        let number: Option<usize> = said.trim_end_matches(['.', ')']).parse().ok();
        let index = number.and_then(|number| number.checked_sub(1));
        Ok(index.and_then(|index| self.choices.get(index)).map(|choice| choice.id.as_str()))
    }
}
