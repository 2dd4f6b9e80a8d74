//! What an `ai` can be.

use serde_json::json;

use crate::limits::{
    DEFAULT_HISTORY, MAX_CASES, MAX_HISTORY, MAX_LABEL_DESCRIPTION_CHARS, MAX_TEMPLATE_CHARS,
};
use crate::node::{ERROR, NEXT};
use crate::parts::port_id;
use crate::schema::{Object, list, name, string, text, whole};

pub(super) fn schema() -> Object {
    let label = Object::new("").required("id", "The port.", port_id(&[NEXT, ERROR])).field(
        "description",
        "What it means, for the model.",
        string(MAX_LABEL_DESCRIPTION_CHARS),
    );
    let mut history = whole(0..=MAX_HISTORY);
    history["default"] = DEFAULT_HISTORY.into();
    Object::new("Asks the language model, for a reply or for one of the labels.")
        .field("prompt", "What it is told.", text(MAX_TEMPLATE_CHARS))
        .field(
            "input",
            "What it answers; the contact's last answer if not said.",
            text(MAX_TEMPLATE_CHARS),
        )
        .field("labels", "Of which it chooses one.", list(1..=MAX_CASES, label.closed()))
        .field("history", "How many messages it is shown.", history)
        .field("send", "Whether its reply is sent; true if not said.", json!({"type": "boolean"}))
        .field("save_as", "Keeps the reply or the label.", name())
}
