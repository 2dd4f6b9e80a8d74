//! Reading a `wait`.

use jiff::tz::Offset;
use serde_json::Value;

use super::Wait;
use super::until;
use crate::fields::{Fields, Limit};
use crate::limits::{MAX_ID_CHARS, MAX_WAIT_MINUTES};
use crate::node::Node;
use crate::number;
use crate::parts::check_minutes;

pub(super) fn read(fields: &mut Fields<'_, '_>) -> Box<dyn Node> {
    let offset = read_offset(fields);
    match (fields.has("minutes"), fields.has("until")) {
        (true, true) => {
            let message = "a wait has either `minutes` or `until`";
            fields.error("until", "conflicting_fields", message);
        }
        (false, false) => {
            let message = "a wait needs either `minutes` or `until`";
            fields.error("", "missing_field", message);
        }
        (true, false) if fields.has("utc_offset") => {
            let message = "`utc_offset` is for `until`; minutes are as long everywhere";
            fields.warning("utc_offset", "unused_field", message);
        }
        _ => {}
    }
    let wait = match fields.has("minutes") {
        true => read_minutes(fields),
        false => read_until(fields, offset),
    };
    // Where there is neither, as if it waited: there is no circle to report as well.
    Box::new(wait.unwrap_or(Wait::Minutes(MAX_WAIT_MINUTES)))
}

fn read_minutes(fields: &mut Fields<'_, '_>) -> Option<Wait> {
    let value = fields.get("minutes")?;
    if matches!(value, Value::String(text) if text.contains("{{")) {
        return fields.text("minutes", Limit(MAX_ID_CHARS, "text_too_long")).map(Wait::SomeMinutes);
    }
    let Some(minutes) = number::of(value) else {
        fields.wrong_type("minutes", value, "a number of minutes, or a template that gives one");
        return None;
    };
    check_minutes(fields, "minutes", minutes);
    Some(Wait::Minutes(minutes))
}

fn read_until(fields: &mut Fields<'_, '_>, offset: Offset) -> Option<Wait> {
    let text = fields.text("until", Limit(MAX_ID_CHARS, "text_too_long"))?;
    if let Some(plain) = text.as_plain().filter(|plain| !plain.is_empty())
        && until::read(plain, offset).is_none()
    {
        let message = format!("`{plain}` is no time; {}", until::RIGHT);
        fields.error("until", "invalid_time", message);
    }
    Some(Wait::Until(text, offset))
}

fn read_offset(fields: &mut Fields<'_, '_>) -> Offset {
    let Some(text) = fields.string("utc_offset", Limit(MAX_ID_CHARS, "invalid_time")) else {
        return Offset::UTC;
    };
    until::read_offset(text).unwrap_or_else(|| {
        let message = format!("`{text}` is no offset from UTC; write one as `+02:00`, or `Z`");
        fields.error("utc_offset", "invalid_time", message);
        Offset::UTC
    })
}
