//! The two sides of an item: as they were written, and as an operator sees them.

use std::borrow::Cow;

use serde_json::Value;

use super::pattern::Pattern;
use crate::failure::Failure;
use crate::fold;
use crate::parts::Tree;
use crate::template::Text;
use crate::turn::Turn;

/// A side as it was written.
#[derive(Debug)]
pub(super) enum Operand {
    /// JSON without templates. A text is folded once, here.
    Fixed {
        value: Value,
        folded: Option<String>,
    },
    Template(Text),
    /// A list or object with templates in it.
    Tree(Tree),
    Pattern(Pattern),
}

/// A side as an operator sees it.
#[derive(Copy, Clone, Debug)]
pub(super) struct Side<'a> {
    /// Null where there is none.
    pub(super) value: &'a Value,
    folded: Option<&'a str>,
    pub(super) pattern: Option<&'a Pattern>,
}

impl Operand {
    pub(super) fn fixed(value: Value) -> Self {
        let folded = value.as_str().map(fold::fold);
        Self::Fixed { value, folded }
    }

    /// The value; null where there is none.
    pub(super) fn compute(&self, turn: &mut Turn<'_>) -> Result<Cow<'_, Value>, Failure> {
        Ok(match self {
            Self::Fixed { value, .. } => Cow::Borrowed(value),
            Self::Template(text) => Cow::Owned(turn.value(text)?),
            Self::Tree(tree) => Cow::Owned(tree.compute(turn)?),
            Self::Pattern(_) => Cow::Borrowed(&Value::Null),
        })
    }

    /// The side that was computed.
    pub(super) fn side<'a>(&'a self, value: &'a Value) -> Side<'a> {
        match self {
            Self::Fixed { folded, .. } => Side { value, folded: folded.as_deref(), pattern: None },
            Self::Pattern(pattern) => Side { value, folded: None, pattern: Some(pattern) },
            Self::Template(_) | Self::Tree(_) => Side::of(value),
        }
    }
}

impl<'a> Side<'a> {
    pub(super) fn of(value: &'a Value) -> Self {
        Self { value, folded: None, pattern: None }
    }

    /// The folded text; a number or boolean as it is written. `None`: a list or object is no text. Nothing is an empty
    /// text.
    pub(super) fn text(&self) -> Option<Cow<'a, str>> {
        match (self.folded, self.value) {
            (Some(folded), _) => Some(Cow::Borrowed(folded)),
            (None, Value::Null) => Some(Cow::Borrowed("")),
            (None, Value::String(text)) => Some(fold::folded(text)),
            (None, Value::Bool(_) | Value::Number(_)) => Some(Cow::Owned(self.value.to_string())),
            (None, Value::Array(_) | Value::Object(_)) => None,
        }
    }

    /// Itself, or the items of the list that it is.
    pub(super) fn each(self) -> impl Iterator<Item = Side<'a>> {
        let (own, items) = match self.value {
            Value::Array(items) => (None, items.as_slice()),
            _ => (Some(self), Default::default()),
        };
        own.into_iter().chain(items.iter().map(Side::of))
    }
}
