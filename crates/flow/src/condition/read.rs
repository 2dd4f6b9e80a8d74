//! Reading a condition: its groups, its items, and what an item compares with.

use serde_json::Value;

use super::operators::{OPERATORS, Operator, Wants};
use super::pattern::Pattern;
use super::side::{Operand, Side};
use super::{Condition, Group, Item, Part, impossible};
use crate::fields::{Fields, Limit};
use crate::limits::{MAX_CONDITIONS, MAX_TEXT_CHARS};
use crate::parts::Tree;

pub(super) fn condition(fields: &mut Fields<'_, '_>) -> Condition {
    let mut count = 0;
    let condition = group(fields, false, &mut count);
    if count > MAX_CONDITIONS {
        let message =
            format!("{count} items in all groups together; there may be {MAX_CONDITIONS}");
        fields.error("", "too_many_conditions", message);
    }
    condition
}

fn group(fields: &mut Fields<'_, '_>, nested: bool, count: &mut usize) -> Condition {
    let (all, any) = (fields.has("all"), fields.has("any"));
    if all && any {
        fields.error("", "conflicting_fields", "a condition has either `all` or `any`, not both");
    }
    if !all && !any {
        fields.error(
            "",
            "empty_condition",
            "a condition has a list `all` or `any` of {value, op, to}",
        );
    }
    let (name, group) = if any { ("any", Group::Any) } else { ("all", Group::All) };
    let list = fields.get(name).and_then(Value::as_array);
    if list.is_some_and(Vec::is_empty) {
        fields.error(name, "empty_condition", "a condition needs at least one {value, op, to}");
        return Condition::default();
    }
    let most = Limit(MAX_CONDITIONS, "too_many_conditions");
    let parts = fields.objects(name, most, |part| read_part(part, nested, count));
    if let (Group::All, Some(list)) = (group, list) {
        impossible::report_contradictions(fields, list);
    }
    Condition { group, parts: parts.unwrap_or_default().into_iter().flatten().collect() }
}

fn read_part(fields: &mut Fields<'_, '_>, nested: bool, count: &mut usize) -> Option<Part> {
    if !fields.has("all") && !fields.has("any") {
        *count += 1;
        return read_item(fields).map(Part::Item);
    }
    if nested {
        let advice = "groups may be nested once; put these items into the group around it";
        fields.error("", "too_deep", format!("a group in a group in a group: {advice}"));
        fields.expect_anything();
        return None;
    }
    Some(Part::Group(group(fields, true, count)))
}

fn read_item(fields: &mut Fields<'_, '_>) -> Option<Item> {
    if !fields.has("value") {
        fields.missing("value");
    }
    let value = read_operand(fields, "value");
    let name = fields.required_string("op", Limit(usize::MAX, "wrong_type"));
    let written = fields.get("to");
    let Some(operator) = OPERATORS.iter().find(|operator| operator.name == name) else {
        if !name.is_empty() {
            let known: Vec<&str> = OPERATORS.iter().map(|operator| operator.name).collect();
            let message = format!("no operator `{name}`; there are {}", known.join(", "));
            fields.error("op", "unknown_operator", message);
        }
        return None;
    };
    let to = read_to(fields, operator, written)?;
    let other = match &to {
        Operand::Fixed { value, .. } => Some(value),
        Operand::Pattern(_) => Some(&Value::Null),
        Operand::Template(_) | Operand::Tree(_) => None,
    };
    if let (Operand::Fixed { value: fixed, .. }, Some(other)) = (&value, other)
        && !fixed.is_null()
    {
        let holds = (operator.holds)(&value.side(fixed), &to.side(other));
        impossible::report_constant(fields, holds);
    }
    Some(Item { value, operator, to })
}

/// Reads what an operator compares with. `None`: reported.
fn read_to(
    fields: &mut Fields<'_, '_>,
    operator: &'static Operator,
    written: Option<&Value>,
) -> Option<Operand> {
    match (operator.wants, written) {
        (Wants::Nothing, None) => return Some(Operand::fixed(Value::Null)),
        (Wants::Nothing, Some(_)) => {
            let message = "this operator looks at `value` only; leave `to` out";
            fields.warning("to", "unused_field", message);
            return Some(Operand::fixed(Value::Null));
        }
        (_, None) => {
            fields.missing("to");
            return None;
        }
        (Wants::Pattern, Some(pattern)) => return read_pattern(fields, pattern),
        _ => {}
    }
    let to = read_operand(fields, "to");
    let fits = match (&to, written) {
        (Operand::Fixed { value, .. }, _) => impossible::check(fields, operator, &to.side(value)),
        (Operand::Tree(_), Some(Value::Array(ends))) if operator.wants == Wants::Range => {
            impossible::has_two_ends(fields, ends)
        }
        _ => true,
    };
    fits.then_some(to)
}

fn read_pattern(fields: &mut Fields<'_, '_>, pattern: &Value) -> Option<Operand> {
    let Some(source) = pattern.as_str() else {
        fields.wrong_type("to", pattern, "a regular expression");
        return None;
    };
    if source.contains("{{") {
        let message = "a pattern has no variables: it is compiled before there are any; use `contains` or `in`";
        fields.error("to", "bad_regex", message);
        return None;
    }
    match Pattern::compile(source) {
        Ok(pattern) => Some(Operand::Pattern(pattern)),
        Err(reason) => {
            fields.error("to", "bad_regex", reason);
            None
        }
    }
}

fn read_operand(fields: &mut Fields<'_, '_>, name: &'static str) -> Operand {
    match fields.get(name) {
        Some(Value::String(text)) if text.contains("{{") => {
            Operand::Template(fields.template(name, text, Limit(MAX_TEXT_CHARS, "text_too_long")))
        }
        Some(value) if has_template(value) => Operand::Tree(Tree::read(fields, name, value, 0)),
        other => Operand::fixed(other.cloned().unwrap_or_default()),
    }
}

fn has_template(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("{{"),
        Value::Array(items) => items.iter().any(has_template),
        Value::Object(fields) => fields.values().any(has_template),
        _ => false,
    }
}

impl Side<'_> {
    /// The value as it was written, for messages.
    pub(super) fn shown(&self) -> String {
        crate::cut::cut(&self.value.to_string(), 60).into_owned()
    }
}
