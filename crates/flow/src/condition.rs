//! Conditions: `{"all": [{"value": "{{context.cart_total}}", "op": "gt", "to": 100}]}`, or `any`. The operators
//! are in `condition/`: one line each in `operators.rs`.

mod compare;
mod operators;
mod presence;
mod text;

use serde_json::Value;

use crate::failure::Failure;
use crate::fields::{Fields, Limit};
use crate::limits::{MAX_CONDITIONS, MAX_TEXT_CHARS};
use crate::template::Text;
use crate::turn::Turn;
use operators::Operator;

/// A group of items of which all, or any, must hold.
#[derive(Debug, Default)]
pub(crate) struct Condition {
    group: Group,
    items: Vec<Item>,
}

#[derive(Debug, Default)]
enum Group {
    #[default]
    All,
    Any,
}

#[derive(Debug)]
struct Item {
    value: Operand,
    operator: &'static Operator,
    to: Operand,
}

/// One side of an item.
#[derive(Debug)]
enum Operand {
    /// Any JSON that is no template.
    Fixed(Value),
    Template(Text),
}

impl Condition {
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Self {
        let (all, any) = (fields.has("all"), fields.has("any"));
        if all && any {
            fields.error(
                "",
                "conflicting_fields",
                "a condition has either `all` or `any`, not both",
            );
        }
        if !all && !any {
            fields.error(
                "",
                "empty_condition",
                "a condition has a list `all` or `any` of {value, op, to}",
            );
        }
        let (name, group) = if any { ("any", Group::Any) } else { ("all", Group::All) };
        if fields.get(name).and_then(Value::as_array).is_some_and(Vec::is_empty) {
            fields.error(name, "empty_condition", "a condition needs at least one {value, op, to}");
            return Self::default();
        }
        let items = fields.objects(name, Limit(MAX_CONDITIONS, "too_many_conditions"), read_item);
        Self { group, items: items.unwrap_or_default().into_iter().flatten().collect() }
    }

    /// Whether it holds now. A side that cannot be computed counts as missing.
    pub(crate) fn holds(&self, turn: &mut Turn<'_>) -> Result<bool, Failure> {
        let stop_at = matches!(self.group, Group::Any);
        for item in &self.items {
            let value = item.value.compute(turn)?;
            let to = item.to.compute(turn)?;
            if (item.operator.holds)(&value, &to) == stop_at {
                return Ok(stop_at);
            }
        }
        Ok(!stop_at)
    }
}

fn read_item(fields: &mut Fields<'_, '_>) -> Option<Item> {
    if !fields.has("value") {
        fields.missing("value");
    }
    let value = read_operand(fields, "value");
    let to = read_operand(fields, "to");
    let name = fields.required_string("op", Limit(usize::MAX, "wrong_type"));
    let Some(operator) = operators::OPERATORS.iter().find(|operator| operator.name == name) else {
        if !name.is_empty() {
            let known: Vec<&str> =
                operators::OPERATORS.iter().map(|operator| operator.name).collect();
            let message = format!("no operator `{name}`; there are {}", known.join(", "));
            fields.error("op", "unknown_operator", message);
        }
        return None;
    };
    (operator.check)(fields);
    Some(Item { value, operator, to })
}

fn read_operand(fields: &mut Fields<'_, '_>, name: &'static str) -> Operand {
    match fields.get(name) {
        Some(Value::String(text)) if text.contains("{{") => {
            Operand::Template(fields.template(name, text, Limit(MAX_TEXT_CHARS, "text_too_long")))
        }
        other => Operand::Fixed(other.cloned().unwrap_or_default()),
    }
}

impl Operand {
    /// The value; null where there is none.
    fn compute(&self, turn: &mut Turn<'_>) -> Result<Value, Failure> {
        match self {
            Self::Fixed(value) => Ok(value.clone()),
            Self::Template(text) => turn.value(text),
        }
    }
}

#[cfg(test)]
mod tests;
