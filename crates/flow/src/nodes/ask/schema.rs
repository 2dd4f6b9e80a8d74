//! What an `ask` can be.

use serde_json::{Value, json};

use super::answers::PHONE;
use super::expectations;
use super::read::{CHOICE, RESERVED};
use crate::limits::{
    DEFAULT_RETRIES, MAX_BUTTON_TITLE_CHARS, MAX_BUTTONS, MAX_BUTTONS_TEXT_CHARS, MAX_RETRIES,
    MAX_ROW_DESCRIPTION_CHARS, MAX_ROW_TITLE_CHARS, MAX_ROWS, MAX_TEXT_CHARS, MAX_WAIT_MINUTES,
};
use crate::parts::{Frame, port_id};
use crate::schema::{
    Object, above_zero, but, has, has_none, list, name, one_of, reference, text, when, whole,
};

pub(super) fn schema() -> Object {
    let fields = Frame::fields(Object::new("Asks, and waits for the answer."))
        .field("text", "The question.", text(MAX_TEXT_CHARS))
        .field("template", "An approved message that asks instead.", reference("template"))
        .field(
            "outside_window",
            "The approved message that asks instead, more than 24 hours after the contact's last message.",
            reference("template"),
        )
        .field("expect", "What an answer must be.", one_of(expectations()))
        .field("choices", "What can be answered.", list(1..=MAX_ROWS, choice()))
        .field("button", "Opens the list of choices.", text(MAX_BUTTON_TITLE_CHARS))
        .field(
            "country_code",
            "Of the country whose phone numbers need no `+`.",
            json!({"type": "string"}),
        )
        .field("save_as", "Keeps the answer.", name())
        .field("retries", "How often the question is repeated.", {
            let mut retries = whole(0..=MAX_RETRIES);
            retries["default"] = DEFAULT_RETRIES.into();
            retries
        })
        .field("retry_text", "Replaces the question then.", text(MAX_TEXT_CHARS))
        .field("timeout", "Minutes without an answer.", above_zero(MAX_WAIT_MINUTES));
    rules().into_iter().fold(fields, Object::rule)
}

fn choice() -> Value {
    Object::new("")
        .required("id", "The port, and what is kept.", port_id(&RESERVED))
        .required("title", "What the contact reads.", text(MAX_ROW_TITLE_CHARS))
        .field(
            "description",
            "A second line; makes a list of the buttons.",
            text(MAX_ROW_DESCRIPTION_CHARS),
        )
        .closed()
}

fn rules() -> [Value; 7] {
    let expects =
        |what: &str| json!({"properties": {"expect": {"const": what}}, "required": ["expect"]});
    let other =
        json!({"properties": {"expect": {"not": {"const": CHOICE}}}, "required": ["expect"]});
    let quick_replies =
        json!({"properties": {"template": has("buttons")}, "required": ["template"]});
    let nothing_to_choose = json!({"allOf": [expects(CHOICE)], "not": quick_replies});
    let code = json!({"properties": {"country_code": {"pattern": "^\\+?[1-9][0-9]{0,2}$"}}});
    let short = text(MAX_BUTTONS_TEXT_CHARS);
    [
        json!({"if": has("template"), "else": has("text")}),
        when(has("template"), has_none(["outside_window"])),
        when(other, has_none(["choices"])),
        when(nothing_to_choose, has("choices")),
        when(quick_replies_are_choices(), json!({"properties": {"template": own_ports()}})),
        when(expects(PHONE), code),
        when(on_buttons(), json!({"properties": {"text": short, "retry_text": short}})),
    ]
}

/// That the buttons of the template are what can be answered.
fn quick_replies_are_choices() -> Value {
    json!({"properties": {"choices": false, "expect": {"const": CHOICE}}, "required": ["template"]})
}

/// Of a template: that no button has the id of another port.
fn own_ports() -> Value {
    let id = but(json!({}), RESERVED);
    json!({"properties": {"buttons": {"items": {"properties": {"id": id}}}}})
}

/// That the choices fit on buttons: then the text is shorter than above a list.
fn on_buttons() -> Value {
    let title = json!({"title": text(MAX_BUTTON_TITLE_CHARS)});
    let few = json!({
        "maxItems": MAX_BUTTONS, "items": {"not": has("description"), "properties": title},
    });
    let choices = json!({"properties": {"choices": few}, "required": ["choices"]});
    let template = json!({"properties": {"buttons": few}, "required": ["buttons"]});
    let mut quick_replies = quick_replies_are_choices();
    quick_replies["properties"]["template"] = template;
    json!({"anyOf": [choices, quick_replies]})
}
