//! Named values: an object of any JSON, in which texts are templates. A text that is one expression and nothing else
//! keeps the type of its value: `{"total": "{{context.cart_total}}"}`.

use serde_json::{Map, Value};

use super::name;
use crate::failure::Failure;
use crate::fields::{Fields, Limit, escape};
use crate::limits::MAX_TEXT_CHARS;
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
        self.0.iter().map(|(name, tree)| Ok((name.clone(), tree.compute(turn)?))).collect()
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

    pub(crate) fn compute(&self, turn: &mut Turn<'_>) -> Result<Value, Failure> {
        Ok(match self {
            Self::Fixed(value) => value.clone(),
            Self::Text(text) => turn.value(text)?,
            Self::List(items) => {
                Value::Array(items.iter().map(|item| item.compute(turn)).collect::<Result<_, _>>()?)
            }
            Self::Object(items) => {
                let items =
                    items.iter().map(|(name, item)| Ok((name.clone(), item.compute(turn)?)));
                Value::Object(items.collect::<Result<_, _>>()?)
            }
        })
    }
}
