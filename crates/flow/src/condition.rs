//! Conditions: `{"all": [{"value": "{{context.cart_total}}", "op": "gt", "to": 100}]}`, or `any`. An item may itself be a
//! group, `{"any": […]}` within `all`, one level deep. The operators are in `condition/`: one line each in
//! `operators.rs`.
//!
//! Texts are compared without regard to case, accents and white space (see `fold.rs`); a text that is a number as people
//! write it (`"1,299.50"`) counts as one beside a number. *Missing* is what has no value, null included. Where a cell is
//! empty, the operator does not hold.
//!
//! | operator | `to` | text, number, boolean | list | missing |
//! | --- | --- | --- | --- | --- |
//! | `equals` | a value | the same text; the same number, if either is a number (`"007"` is not `"7"`) | the same items | if `to` is blank |
//! | `not_equals` | a value | not `equals` | not `equals` | unless `to` is blank |
//! | `gt` `gte` `lt` `lte` | a number or text | two numbers by size, two other texts in order (so ISO dates by time); a number and a word have no order | | |
//! | `between` | `[low, high]` | `gte` low and `lte` high | | |
//! | `in` | a list, or text with commas | `equals` one of them | one item `equals` one of them | |
//! | `contains` | a text | that text is in it | an item `equals` it; an object: a field has that name | |
//! | `not_contains` | a text | not `contains` | not `contains` | holds |
//! | `starts_with` `ends_with` | a text | it begins, ends so | one item does | |
//! | `matches` | a pattern | the pattern is found in it, see below | it is found in one item | |
//! | `has_phrase` | a text | its words stand in it, one after the other | in one item | |
//! | `has_any_word` | a text, or a list of words and phrases | one word of the text, one entry of the list is in it | in one item | |
//! | `has_all_words` | the same | every word, every entry is in it | each in some item | |
//! | `exists` | – | it is not blank | holds, also when empty | |
//! | `not_exists` | – | it is blank | | holds |
//! | `is_number` | – | it is a number, or written like one | | |
//! | `is_email` | – | it is one address and nothing else | | |
//! | `is_phone` | – | it is an international number, `+` or `00` first, spaces, dashes and brackets within | | |
//! | `is_date` | – | a text that is a date or time | | |
//! | `date_before` `date_after` | a date or time | it is earlier, later: as times where both are, else as days, in UTC | | |
//!
//! *Words* are runs of letters and digits, each emoji, and each character of the scripts without spaces; they are found
//! whole. (In the text of `has_any_word` and `has_all_words`, such characters that touch are one word.)
//! *Dates* are `2026-12-24`, RFC 3339 times (UTC without an offset), `24.12.2026`, and `24/12/2026` where one of both is
//! above 12 (see `date.rs`).
//! *Patterns* are regular expressions of up to 512 characters (see `condition/pattern.rs`), found anywhere unless `^` and
//! `$` say otherwise, in the text without white space around it, case ignored, in its first 4,096 characters. An
//! object is only `equals` another, `contains` a field, or `exists`.

mod compare;
mod date;
mod form;
mod impossible;
mod list;
mod operators;
mod pattern;
mod presence;
mod read;
#[cfg(feature = "schema")]
mod schema;
mod side;
mod text;
mod words;

use serde_json::Value;

use crate::failure::Failure;
use crate::fields::{Fields, Reading, read_object};
use crate::issue::Issues;
use crate::turn::Turn;
use operators::Operator;
#[cfg(feature = "schema")]
pub(crate) use schema::definitions;
use side::Operand;

/// Every `op`.
pub(crate) fn operators() -> impl Iterator<Item = &'static str> {
    operators::OPERATORS.iter().map(|operator| operator.name)
}

/// A group of items of which all, or any, must hold.
#[derive(Debug, Default)]
pub(crate) struct Condition {
    group: Group,
    parts: Vec<Part>,
}

#[derive(Copy, Clone, Debug, Default, PartialEq)]
enum Group {
    #[default]
    All,
    Any,
}

#[derive(Debug)]
enum Part {
    Item(Item),
    Group(Condition),
}

#[derive(Debug)]
struct Item {
    value: Operand,
    operator: &'static Operator,
    to: Operand,
}

impl Condition {
    /// Reads the condition that an object is; what is wrong becomes issues.
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Self {
        read::condition(fields)
    }

    /// Reads a condition found at `path`. `None`: it is no object.
    pub(crate) fn parse(json: &Value, path: String, reading: &mut Reading) -> Option<Self> {
        read_object(json, path, reading, Self::read)
    }

    /// Reads a condition in a text that holds its JSON. `None`: the text is none, as notes for people are not. A text
    /// that is one is checked, and its issues are at `path`, since no pointer leads into a text.
    pub(crate) fn parse_text(text: &str, path: &str, reading: &mut Reading) -> Option<Self> {
        let json: Value = serde_json::from_slice(text.as_bytes()).ok()?;
        json.get("all").or(json.get("any"))?;
        let before = std::mem::take(&mut reading.issues);
        let condition = Self::parse(&json, path.to_owned(), reading);
        let found = std::mem::replace(&mut reading.issues, before);
        retell(found, path, &mut reading.issues);
        condition
    }

    /// Whether it holds now. A side that cannot be computed counts as missing.
    pub(crate) fn holds(&self, turn: &mut Turn<'_>) -> Result<bool, Failure> {
        let stop_at = self.group == Group::Any;
        for part in &self.parts {
            let holds = match part {
                Part::Item(item) => item.holds(turn)?,
                Part::Group(group) => group.holds(turn)?,
            };
            if holds == stop_at {
                return Ok(stop_at);
            }
        }
        Ok(!stop_at)
    }
}

impl Item {
    fn holds(&self, turn: &mut Turn<'_>) -> Result<bool, Failure> {
        let value = self.value.compute(turn)?;
        let to = self.to.compute(turn)?;
        if matches!(self.to, Operand::Pattern(_)) {
            turn.search(pattern::searched_chars(&value))?;
        }
        Ok((self.operator.holds)(&self.value.side(&value), &self.to.side(&to)))
    }
}

/// Reports issues at `path` that were found below it, with where in their message.
fn retell(found: Issues, path: &str, issues: &mut Issues) {
    for issue in found.into_vec() {
        let within = issue.path.strip_prefix(path).filter(|within| !within.is_empty());
        let message = match within {
            Some(within) => format!("at {within}: {}", issue.message),
            None => issue.message,
        };
        match issue.severity {
            crate::Severity::Error => issues.error(issue.code, path, message),
            crate::Severity::Warning => issues.warning(issue.code, path, message),
        }
    }
}

#[cfg(test)]
mod tests;
