//! Named values: an object of any JSON, in which texts are templates. A text that is one expression and nothing else
//! keeps the type of its value: `{"total": "{{context.cart_total}}"}`.

use serde_json::{Map, Value};

use super::name;
use crate::failure::Failure;
use crate::fields::{Fields, Limit, escape};
use crate::limits::{MAX_TEXT_CHARS, MAX_VALUE_BYTES, MAX_VALUE_DEPTH};
use crate::measure::{is_deeper, json_length};
use crate::template::Text;
use crate::turn::Turn;

/// How deep a value may be nested.
const MAX_DEPTH: usize = 16;

/// A field with an object of named values.
#[derive(Debug, Default)]
pub(crate) struct Values(Vec<(String, Tree)>);

/// A value, with templates in it.
#[derive(Debug)]
pub(crate) enum Tree {
    Fixed(Value),
    Text(Text),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Values {
    /// Reads a field whose names can stand in `{{vars.name}}`.
    pub(crate) fn read(fields: &mut Fields<'_, '_>, field: &'static str) -> Self {
        let Some(value) = fields.get(field) else { return Self::default() };
        let Value::Object(object) = value else {
            fields.wrong_type(field, value, "an object of values by name");
            return Self::default();
        };
        let mut values = Vec::with_capacity(object.len());
        for (name, value) in object {
            let path = format!("{field}/{}", escape(name));
            name::check(fields, &path, name);
            values.push((name.clone(), Tree::read(fields, &path, value, 0)));
        }
        Self(values)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Tree)> {
        self.0.iter().map(|(name, tree)| (name.as_str(), tree))
    }

    pub(crate) fn compute(&self, turn: &mut Turn<'_>) -> Result<Map<String, Value>, Failure> {
        let mut left = MAX_VALUE_BYTES;
        let mut values = Map::new();
        for (name, tree) in &self.0 {
            let value = tree.fill(turn, &mut left)?;
            if is_deeper(&value, MAX_VALUE_DEPTH) {
                return Err(Failure::VarsLimit);
            }
            values.insert(name.clone(), value);
        }
        Ok(values)
    }
}

impl Tree {
    /// Reads a value found under `path`, which is a field or `field/item`; what is deeper is reported there.
    pub(crate) fn read(
        fields: &mut Fields<'_, '_>,
        path: &str,
        value: &Value,
        depth: usize,
    ) -> Self {
        if depth > MAX_DEPTH {
            let message = format!("a value may be nested {MAX_DEPTH} deep");
            fields.error(path, "too_deep", message);
            return Self::Fixed(Value::Null);
        }
        match value {
            Value::String(text) if text.contains("{{") => {
                Self::Text(fields.template(path, text, Limit(MAX_TEXT_CHARS, "text_too_long")))
            }
            Value::Array(items) => Self::List(
                items
                    .iter()
                    .enumerate()
                    .map(|(i, item)| Self::read(fields, &format!("{path}/{i}"), item, depth + 1))
                    .collect(),
            ),
            Value::Object(object) => Self::Object(
                object
                    .iter()
                    .map(|(name, item)| {
                        let tree = Self::read(
                            fields,
                            &format!("{path}/{}", escape(name)),
                            item,
                            depth + 1,
                        );
                        (name.clone(), tree)
                    })
                    .collect(),
            ),
            other => Self::Fixed(other.clone()),
        }
    }

    /// Whether what it gives is known only in a turn.
    pub(crate) fn has_templates(&self) -> bool {
        match self {
            Self::Fixed(_) => false,
            Self::Text(text) => text.as_plain().is_none(),
            Self::List(items) => items.iter().any(Self::has_templates),
            Self::Object(items) => items.iter().any(|(_, item)| item.has_templates()),
        }
    }

    pub(crate) fn compute(&self, turn: &mut Turn<'_>) -> Result<Value, Failure> {
        self.fill(turn, &mut { MAX_VALUE_BYTES })
    }

    /// `left` is how many bytes its templates may still give.
    fn fill(&self, turn: &mut Turn<'_>, left: &mut usize) -> Result<Value, Failure> {
        match self {
            Self::Fixed(value) => Ok(value.clone()),
            Self::Text(text) => {
                let value = turn.value(text)?;
                let rest = left.checked_sub(json_length(&value));
                *left = rest.ok_or_else(|| {
                    Failure::TemplateLimit(format!("more than {MAX_VALUE_BYTES} bytes in a value"))
                })?;
                Ok(value)
            }
            Self::List(items) => {
                let items: Result<_, _> = items.iter().map(|item| item.fill(turn, left)).collect();
                items.map(Value::Array)
            }
            Self::Object(items) => {
                let items =
                    items.iter().map(|(name, item)| Ok((name.clone(), item.fill(turn, left)?)));
                items.collect::<Result<_, _>>().map(Value::Object)
            }
        }
    }
}
