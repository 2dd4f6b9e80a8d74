//! The list of operators. A new one is a function in a file beside this one, and a line here.

use super::side::Side;
use super::{compare, date, form, list, pattern, presence, text, words};

/// One operator of a condition.
#[derive(Debug)]
pub(super) struct Operator {
    /// The `op` in the graph.
    pub(super) name: &'static str,
    /// What it compares with.
    pub(super) wants: Wants,
    /// Whether `value` and `to` are so related. What is missing is null.
    pub(super) holds: fn(&Side<'_>, &Side<'_>) -> bool,
}

/// What an operator compares with, for validation.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) enum Wants {
    /// It looks at `value` only.
    Nothing,
    Value,
    /// Something with an order.
    Ordered,
    /// `[low, high]`.
    Range,
    /// A list, or text with commas.
    List,
    /// A text that is not blank.
    Text,
    /// A text with words in it.
    Phrase,
    /// Words, as text or list.
    Words,
    Pattern,
    Date,
}

pub(super) const OPERATORS: &[Operator] = &[
    Operator { name: "equals", wants: Wants::Value, holds: compare::equals },
    Operator { name: "not_equals", wants: Wants::Value, holds: compare::not_equals },
    Operator { name: "gt", wants: Wants::Ordered, holds: compare::gt },
    Operator { name: "gte", wants: Wants::Ordered, holds: compare::gte },
    Operator { name: "lt", wants: Wants::Ordered, holds: compare::lt },
    Operator { name: "lte", wants: Wants::Ordered, holds: compare::lte },
    Operator { name: "between", wants: Wants::Range, holds: list::between },
    Operator { name: "in", wants: Wants::List, holds: list::is_in },
    Operator { name: "contains", wants: Wants::Text, holds: text::contains },
    Operator { name: "not_contains", wants: Wants::Text, holds: text::not_contains },
    Operator { name: "starts_with", wants: Wants::Text, holds: text::starts_with },
    Operator { name: "ends_with", wants: Wants::Text, holds: text::ends_with },
    Operator { name: "matches", wants: Wants::Pattern, holds: pattern::matches },
    Operator { name: "has_phrase", wants: Wants::Phrase, holds: words::has_phrase },
    Operator { name: "has_any_word", wants: Wants::Words, holds: words::has_any_word },
    Operator { name: "has_all_words", wants: Wants::Words, holds: words::has_all_words },
    Operator { name: "exists", wants: Wants::Nothing, holds: presence::exists },
    Operator { name: "not_exists", wants: Wants::Nothing, holds: presence::not_exists },
    Operator { name: "is_number", wants: Wants::Nothing, holds: form::is_number },
    Operator { name: "is_email", wants: Wants::Nothing, holds: form::is_email },
    Operator { name: "is_phone", wants: Wants::Nothing, holds: form::is_phone },
    Operator { name: "is_date", wants: Wants::Nothing, holds: form::is_date },
    Operator { name: "date_before", wants: Wants::Date, holds: date::before },
    Operator { name: "date_after", wants: Wants::Date, holds: date::after },
];
