//! Buttons: `{id, title}`. The title may be a template, the id is what comes back.

use crate::Button;
use crate::failure::Failure;
use crate::fields::{Fields, Limit};
use crate::fold::fold;
use crate::limits::MAX_BUTTON_ID_CHARS;
use crate::template::Text;
use crate::turn::Turn;

/// A button of a node.
#[derive(Debug, Clone)]
pub(crate) struct ButtonPart {
    pub(crate) id: String,
    pub(crate) title: Text,
}

/// Reads the list `buttons`: at most `most` of them, with titles of at most `title` characters.
pub(crate) fn read_buttons(
    fields: &mut Fields<'_, '_>,
    most: usize,
    title: usize,
) -> Vec<ButtonPart> {
    let mut ids: Vec<String> = Vec::new();
    let mut titles = Vec::new();
    let buttons = fields.objects("buttons", Limit(most, "too_many_buttons"), |button| {
        let id = button.required_string("id", Limit(MAX_BUTTON_ID_CHARS, "button_id_too_long"));
        if !id.is_empty() && ids.contains(&id) {
            let message = format!("another button has the id `{id}`; each needs its own");
            button.error("id", "duplicate_button", message);
        }
        ids.push(id.clone());
        let title = button.required_text("title", Limit(title, "button_title_too_long"));
        warn_of_same_title(button, &title, &mut titles);
        ButtonPart { id, title }
    });
    buttons.unwrap_or_default()
}

/// Warns where a title without variables is among `others`, those before it, which it then joins.
pub(crate) fn warn_of_same_title(
    fields: &mut Fields<'_, '_>,
    title: &Text,
    others: &mut Vec<String>,
) {
    let Some(plain) = title.as_plain().filter(|plain| !plain.is_empty()) else { return };
    let folded = fold(plain);
    if others.contains(&folded) {
        let message =
            format!("another one has the title `{plain}`; a contact cannot tell them apart");
        fields.warning("title", "duplicate_title", message);
    }
    others.push(folded);
}

/// What [`read_buttons`] reads.
#[cfg(feature = "schema")]
pub(crate) fn button_list(most: usize, title: usize) -> serde_json::Value {
    use crate::schema::{Object, list, string, text};
    let button = Object::new("")
        .required("id", "What comes back when it is tapped.", string(MAX_BUTTON_ID_CHARS))
        .required("title", "What the contact reads.", text(title));
    list(1..=most, button.closed())
}

impl ButtonPart {
    pub(crate) fn render(&self, turn: &mut Turn<'_>) -> Result<Button, Failure> {
        Ok(Button { id: self.id.clone(), title: turn.render(&self.title)? })
    }
}
