//! What is wrong, and where.

use std::fmt;

/// Something wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Where: a JSON pointer into the body, such as `/rules/0/name`; empty for the body itself.
    pub path: String,
    /// What is wrong, and what would be right: `required`, `must be a string`.
    pub message: String,
}

impl FieldError {
    /// An error at a JSON pointer.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }

    /// The place with dots, as form libraries write it: `rules.0.name`.
    #[must_use]
    pub fn dotted(&self) -> String {
        self.path.trim_start_matches('/').replace('/', ".")
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.dotted();
        let path = if path.is_empty() { "body" } else { &path };
        write!(f, "{path}: {}", self.message)
    }
}
