//! Reading an `ask`.

use super::answers::{ANSWERS, PHONE};
use super::choices::{Choice, Choices};
use super::{Ask, Expect, INVALID, TIMEOUT};
use crate::fields::{Fields, Limit};
use crate::limits::{
    DEFAULT_RETRIES, MAX_BUTTON_TITLE_CHARS, MAX_BUTTONS_TEXT_CHARS, MAX_NAME_CHARS, MAX_RETRIES,
    MAX_ROW_DESCRIPTION_CHARS, MAX_ROW_TITLE_CHARS, MAX_ROWS, MAX_TEXT_CHARS, MAX_WAIT_MINUTES,
};
use crate::node::{NEXT, Node};
use crate::parts::{
    Approved, ButtonPart, Frame, another_port, check_minutes, read_name, read_port_id, read_whole,
    warn_of_same_title,
};
use crate::template::Text;

pub(super) const CHOICE: &str = "choice";
const OUTSIDE_WINDOW: &str = "outside_window";
/// Ports that no choice can be.
pub(super) const RESERVED: [&str; 3] = [NEXT, TIMEOUT, INVALID];

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Box<dyn Node> {
    let opening = fields.object("template", Approved::read);
    let outside_window = fields.object(OUTSIDE_WINDOW, Approved::read);
    let expect = read_expect(fields, opening.as_ref());
    check_outside_window(fields, outside_window.as_ref(), &expect);
    let most = match &expect {
        Expect::Choice(choices) if choices.may_be_buttons() => MAX_BUTTONS_TEXT_CHARS,
        _ => MAX_TEXT_CHARS,
    };
    let text = fields.text("text", Limit(most, "text_too_long"));
    if !fields.has("text") && !fields.has("template") {
        fields.missing("text");
    }
    Box::new(Ask {
        text,
        opening,
        outside_window,
        expect,
        save_as: read_name(fields, "save_as"),
        retries: read_whole(
            fields,
            "retries",
            0..=MAX_RETRIES,
            "retries_out_of_range",
            DEFAULT_RETRIES,
        ),
        retry_text: fields.text("retry_text", Limit(most, "text_too_long")),
        timeout: read_timeout(fields),
    })
}

/// What goes instead of the question can be answered in the same ways.
fn check_outside_window(
    fields: &mut Fields<'_, '_>,
    outside_window: Option<&Approved>,
    expect: &Expect,
) {
    let Some(template) = outside_window else { return };
    if fields.has("template") {
        let message = "a `template` goes at any time: nothing has to go instead of it";
        fields.error(OUTSIDE_WINDOW, "conflicting_fields", message);
        return;
    }
    let ids = match expect {
        Expect::Choice(choices) => choices.ids(),
        Expect::Answer { .. } => Vec::new(),
    };
    check_quick_replies(fields, OUTSIDE_WINDOW, &template.buttons, &ids);
}

fn check_quick_replies(
    fields: &mut Fields<'_, '_>,
    field: &str,
    buttons: &[ButtonPart],
    choices: &[&str],
) {
    for button in buttons.iter().filter(|button| !choices.contains(&button.id.as_str())) {
        let message = format!(
            "the template's button `{}` is none of the choices; give it their ids",
            button.id
        );
        fields.error(field, "unknown_choice", message);
    }
}

fn read_expect(fields: &mut Fields<'_, '_>, opening: Option<&Approved>) -> Expect {
    let quick_replies = opening.map(|opening| opening.buttons.as_slice()).unwrap_or_default();
    let by_default =
        if fields.has("choices") || !quick_replies.is_empty() { CHOICE } else { "text" };
    let name =
        fields.string("expect", Limit(MAX_NAME_CHARS, "unknown_expectation")).unwrap_or(by_default);
    let country_code = read_country_code(fields, name);
    if name == CHOICE {
        let mut choices = read_choices(fields);
        if fields.has("choices") {
            check_quick_replies(fields, "template", quick_replies, &choices.ids());
        } else {
            let ids = quick_replies.iter().map(|button| (button.id.clone(), button.title.clone()));
            choices.are_quick_replies = true;
            choices.choices = ids.map(|(id, title)| Choice::new(id, title, None)).collect();
            for id in choices.ids().into_iter().filter(|id| RESERVED.contains(id)) {
                fields.error("template", "reserved_id", another_port(id));
            }
        }
        if choices.choices.is_empty() && !fields.has("choices") {
            fields.missing("choices");
        }
        return Expect::Choice(Box::new(choices));
    }
    if fields.has("choices") {
        let message = format!("`choices` are for `expect: choice`; this expects `{name}`");
        fields.error("choices", "conflicting_fields", message);
    } else {
        Frame::report_unused(fields);
    }
    let Some(answer) = ANSWERS.iter().find(|answer| answer.name == name) else {
        let known: Vec<&str> = expectations().collect();
        let message = format!("no kind of answer `{name}`; there are {}", known.join(", "));
        fields.error("expect", "unknown_expectation", message);
        return Expect::Choice(Box::default());
    };
    Expect::Answer { answer, country_code }
}

/// Every `expect`.
pub(crate) fn expectations() -> impl Iterator<Item = &'static str> {
    ANSWERS.iter().map(|answer| answer.name).chain([CHOICE])
}

/// The country in which numbers without `+` are national: `1`, or `+1`.
fn read_country_code(fields: &mut Fields<'_, '_>, expect: &str) -> Option<String> {
    const FIELD: &str = "country_code";
    let code = fields.string(FIELD, Limit(usize::MAX, "invalid_country_code"))?;
    if expect != PHONE {
        let message = format!("`{FIELD}` is for `expect: {PHONE}`; this expects `{expect}`");
        fields.warning(FIELD, "unused_field", message);
        return None;
    }
    let digits = code.strip_prefix('+').unwrap_or(code);
    // ITU-T E.164, 6.2.1: one to three digits, and none begins with 0.
    let fits = (1..=3).contains(&digits.len()) && !digits.starts_with('0');
    if !fits || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        let message = format!("`{code}` is no country code; it is written like 1 or 44");
        fields.error(FIELD, "invalid_country_code", message);
        return None;
    }
    Some(digits.to_owned())
}

fn read_choices(fields: &mut Fields<'_, '_>) -> Choices {
    let mut ids: Vec<String> = Vec::new();
    let mut titles = Vec::new();
    let choices = fields.objects("choices", Limit(MAX_ROWS, "too_many_choices"), |choice| {
        let id = read_port_id(choice, &ids, &RESERVED, "duplicate_choice");
        ids.push(id.clone());
        let title =
            choice.required_text("title", Limit(MAX_ROW_TITLE_CHARS, "choice_title_too_long"));
        warn_of_same_title(choice, &title, &mut titles);
        let most = Limit(MAX_ROW_DESCRIPTION_CHARS, "choice_description_too_long");
        let description = choice.text("description", most);
        Choice::new(id, title, description)
    });
    let label = fields.text("button", Limit(MAX_BUTTON_TITLE_CHARS, "button_title_too_long"));
    Choices {
        choices: choices.unwrap_or_default(),
        are_quick_replies: false,
        frame: Frame::read(fields),
        button: Some(label.unwrap_or_else(|| Text::plain("Options"))),
    }
}

/// Minutes. Out of range counts as a timeout, so that its port exists for the checks that follow.
fn read_timeout(fields: &mut Fields<'_, '_>) -> Option<f64> {
    let value = fields.get("timeout")?;
    let Some(minutes) = value.as_f64() else {
        fields.wrong_type("timeout", value, "a number of minutes");
        return Some(MAX_WAIT_MINUTES);
    };
    check_minutes(fields, "timeout", minutes);
    Some(minutes)
}
