//! Reading an `ai`.

use serde_json::Value;

use super::Ai;
use crate::Label;
use crate::fields::{Fields, Limit};
use crate::limits::{
    DEFAULT_HISTORY, MAX_CASES, MAX_HISTORY, MAX_LABEL_DESCRIPTION_CHARS, MAX_TEMPLATE_CHARS,
};
use crate::node::{ERROR, NEXT, Node};
use crate::parts::{read_name, read_port_id, read_whole};

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Box<dyn Node> {
    let labels = read_labels(fields);
    Box::new(Ai {
        prompt: fields.text("prompt", Limit(MAX_TEMPLATE_CHARS, "text_too_long")),
        input: fields.text("input", Limit(MAX_TEMPLATE_CHARS, "text_too_long")),
        send: read_send(fields, !labels.is_empty()),
        labels,
        history: read_whole(
            fields,
            "history",
            0..=MAX_HISTORY,
            "history_out_of_range",
            DEFAULT_HISTORY,
        ),
        save_as: read_name(fields, "save_as"),
    })
}

fn read_labels(fields: &mut Fields<'_, '_>) -> Vec<Label> {
    let mut ids: Vec<String> = Vec::new();
    let labels = fields.objects("labels", Limit(MAX_CASES, "too_many_cases"), |label| {
        let id = read_port_id(label, &ids, &[NEXT, ERROR], "duplicate_case");
        ids.push(id.clone());
        let limit = Limit(MAX_LABEL_DESCRIPTION_CHARS, "text_too_long");
        Label { id, description: label.string("description", limit).map(str::to_owned) }
    });
    labels.unwrap_or_default()
}

fn read_send(fields: &mut Fields<'_, '_>, classifies: bool) -> bool {
    match fields.get("send") {
        None => true,
        Some(Value::Bool(send)) => {
            if classifies {
                let message = "with `labels` there is no reply that could be sent";
                fields.warning("send", "unused_field", message);
            }
            *send
        }
        Some(other) => {
            fields.wrong_type("send", other, "true or false");
            true
        }
    }
}
