//! Finding conditions that decide the same whatever happens: those that can never hold are errors, those that compare
//! two fixed values are warnings.

use std::cmp::Ordering;

use serde_json::Value;

use super::operators::{Operator, Wants};
use super::side::Side;
use super::{compare, list};
use crate::date::Moment;
use crate::fields::Fields;
use crate::{number, words};

const CODE: &str = "impossible_condition";

/// Reports an item without variables.
pub(super) fn report_constant(fields: &mut Fields<'_, '_>, holds: bool) {
    let always = if holds { "always" } else { "never" };
    let message = format!(
        "neither side has a variable, so this {always} holds; a variable is written like {{{{context.name}}}}"
    );
    fields.warning("", "constant_condition", message);
}

/// Checks a `to` without variables. False: reported, and of no use.
pub(super) fn check(fields: &mut Fields<'_, '_>, operator: &Operator, to: &Side<'_>) -> bool {
    let blank = to.text().is_some_and(|text| text.is_empty());
    let reason = match (operator.wants, to.value) {
        (Wants::Ordered, Value::Array(_) | Value::Object(_) | Value::Bool(_)) => {
            format!("nothing comes before or after {}; compare with a number or a text", to.shown())
        }
        (Wants::Ordered, _) if blank => "nothing comes before or after an empty text".to_owned(),
        (Wants::Range, Value::Array(ends)) => {
            return has_two_ends(fields, ends) && is_range(fields, &ends[0], &ends[1]);
        }
        (Wants::Range, other) => {
            fields.wrong_type("to", other, "a list of two, [low, high]");
            return false;
        }
        (Wants::List, Value::Object(_)) => {
            fields.wrong_type("to", to.value, "a list, or a text with commas");
            return false;
        }
        (Wants::List, Value::Array(items)) if items.is_empty() => {
            "nothing is in an empty list".to_owned()
        }
        (Wants::List, Value::String(text)) if list::parts(text).next().is_none() => {
            "nothing is in an empty list".to_owned()
        }
        (Wants::Text | Wants::Phrase, Value::Array(_) | Value::Object(_)) => {
            fields.wrong_type("to", to.value, "a text");
            return false;
        }
        (Wants::Text, _) if blank && operator.name == "not_contains" => {
            let message = "this always holds: nothing contains an empty text";
            fields.warning("to", "constant_condition", message);
            return true;
        }
        (Wants::Text, _) if blank => format!("with an empty text `{}` never holds", operator.name),
        (Wants::Words, Value::Object(_)) => {
            fields.wrong_type("to", to.value, "a text or a list of words");
            return false;
        }
        (Wants::Phrase | Wants::Words, _) if !has_words(to) => {
            format!("{} has no words to look for", to.shown())
        }
        (Wants::Date, _) if Moment::of(to.value).is_none() => {
            format!("{} is no date; write it like 2026-12-24 or 2026-12-24T18:00:00Z", to.shown())
        }
        _ => return true,
    };
    fields.error("to", CODE, reason);
    false
}

/// Whether a range has a low and a high end.
pub(super) fn has_two_ends(fields: &mut Fields<'_, '_>, ends: &[Value]) -> bool {
    if ends.len() != 2 {
        let message = format!("`to` must be a list of two, [low, high]; it has {}", ends.len());
        fields.error("to", "wrong_type", message);
    }
    ends.len() == 2
}

fn is_range(fields: &mut Fields<'_, '_>, low: &Value, high: &Value) -> bool {
    let (low, high) = (Side::of(low), Side::of(high));
    let reason = match compare::order(&low, &high) {
        Some(Ordering::Less | Ordering::Equal) => return true,
        Some(Ordering::Greater) => "the lower comes first",
        None => "the two must be numbers, or texts that have an order",
    };
    let message = format!("nothing is between {} and {}; {reason}", low.shown(), high.shown());
    fields.error("to", CODE, message);
    false
}

fn has_words(to: &Side<'_>) -> bool {
    to.each().filter_map(|entry| entry.text()).any(|text| words::words(&text).next().is_some())
}

/// Reports the items of an `all` that another item of it excludes.
pub(super) fn report_contradictions(fields: &mut Fields<'_, '_>, items: &[Value]) {
    let items: Vec<Option<Claim<'_>>> = items.iter().map(Claim::of).collect();
    for (i, later) in items.iter().enumerate() {
        let Some(later) = later else { continue };
        let earlier = items[..i].iter().flatten().find(|earlier| earlier.excludes(later));
        if let Some(earlier) = earlier {
            let message = format!(
                "`{}` {} and {} cannot both be; `any` holds where one of its items does",
                later.variable,
                earlier.told(),
                later.told()
            );
            fields.error(&format!("all/{i}"), CODE, message);
        }
    }
}

/// What an item says of a variable, without other variables.
struct Claim<'a> {
    variable: &'a str,
    op: &'a str,
    to: &'a Value,
}

impl<'a> Claim<'a> {
    fn of(item: &'a Value) -> Option<Self> {
        let variable = item.get("value")?.as_str()?.trim();
        let to = item.get("to").unwrap_or(&Value::Null);
        let fixed = !to.to_string().contains("{{") && variable.contains("{{");
        fixed.then_some(Self { variable, op: item.get("op")?.as_str()?, to })
    }

    fn told(&self) -> String {
        match self.to {
            Value::Null => self.op.to_owned(),
            _ => format!("{} {}", self.op, Side::of(self.to).shown()),
        }
    }

    /// Whether the two can never both hold. Only what is certain.
    fn excludes(&self, other: &Self) -> bool {
        if self.variable != other.variable {
            return false;
        }
        if let (Some((low, high)), Some((other_low, other_high))) = (self.range(), other.range()) {
            let (low, high) = (low.later(other_low), high.earlier(other_high));
            return low.at > high.at || (low.at == high.at && (low.open || high.open));
        }
        match (self.op, other.op) {
            ("equals", "equals") => self.is_other_text(other),
            ("equals", "not_equals") | ("not_equals", "equals") => {
                !self.to.is_null() && self.to == other.to
            }
            ("not_exists", op) | (op, "not_exists") => NEED_A_VALUE.contains(&op),
            _ => false,
        }
    }

    /// Two texts that no value equals both. (A number may equal two texts, such as 7 and "07".)
    fn is_other_text(&self, other: &Self) -> bool {
        match (Side::of(self.to).text(), Side::of(other.to).text()) {
            (Some(a), Some(b)) => {
                let both = number::parse(&a).is_some() && number::parse(&b).is_some();
                a != b && !both
            }
            _ => false,
        }
    }

    /// The numbers for which the item holds, where it holds for nothing else.
    fn range(&self) -> Option<(End, End)> {
        let least = End { at: f64::NEG_INFINITY, open: false };
        let most = End { at: f64::INFINITY, open: false };
        if self.op == "between" {
            let ends = self.to.as_array().filter(|ends| ends.len() == 2)?;
            let (low, high) = (number::of(&ends[0])?, number::of(&ends[1])?);
            return Some((End { at: low, open: false }, End { at: high, open: false }));
        }
        let at = number::of(self.to)?;
        match self.op {
            "equals" => Some((End { at, open: false }, End { at, open: false })),
            "gt" => Some((End { at, open: true }, most)),
            "gte" => Some((End { at, open: false }, most)),
            "lt" => Some((least, End { at, open: true })),
            "lte" => Some((least, End { at, open: false })),
            _ => None,
        }
    }
}

/// Operators that hold for nothing that is missing or blank, with any fixed `to` that is accepted.
const NEED_A_VALUE: &[&str] = &[
    "exists",
    "gt",
    "gte",
    "lt",
    "lte",
    "between",
    "contains",
    "starts_with",
    "ends_with",
    "has_phrase",
    "has_any_word",
    "has_all_words",
    "is_number",
    "is_email",
    "is_phone",
    "is_date",
    "date_before",
    "date_after",
];

/// An end of a range of numbers.
#[derive(Copy, Clone)]
struct End {
    at: f64,
    /// Whether the end itself is outside.
    open: bool,
}

impl End {
    fn later(self, other: Self) -> Self {
        if other.at > self.at || (other.at == self.at && other.open) { other } else { self }
    }

    fn earlier(self, other: Self) -> Self {
        if other.at < self.at || (other.at == self.at && other.open) { other } else { self }
    }
}
