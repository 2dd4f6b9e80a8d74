//! Reads the fields of a JSON body, and collects every error with the place where it is.
//!
//! Surfaces differ in how they write errors, not in what they find: that is why this knows neither HTTP nor a surface.
//! With the feature `describe`, which no component has, the same reading code gives the JSON Schema of what it reads.

#[cfg(feature = "describe")]
mod describe;
mod error;
mod given;
mod ids;
mod list;
mod number;
mod object;
mod text;

use std::cell::RefCell;

#[cfg(feature = "describe")]
pub use describe::{describe, refusals};
pub use error::FieldError;
pub use given::Given;
pub use number::whole_number;
pub use object::Object;
use serde_json::Value;

/// Reads a body by code that reads its fields; `None` of that code says that it found an error.
///
/// # Errors
/// All that is wrong with the body.
pub fn read<T>(
    body: &Value,
    from: impl FnOnce(&Object<'_, '_>) -> Option<T>,
) -> Result<T, Vec<FieldError>> {
    let errors = Errors::new();
    let read = from(&errors.body(body));
    errors.into_result(())?;
    // Reading code that reads nothing has said why; so has a body that is no object.
    read.ok_or_else(|| vec![FieldError::new("", "must be an object")])
}

/// The errors of one body.
#[derive(Debug, Default)]
pub struct Errors {
    found: RefCell<Vec<FieldError>>,
    #[cfg(feature = "describe")]
    notes: Option<RefCell<Vec<describe::Note>>>,
}

impl Errors {
    /// No errors yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The body as an object; anything else is an error.
    pub fn body<'v>(&self, body: &'v Value) -> Object<'v, '_> {
        self.object_at(body, String::new())
    }

    pub(crate) fn object_at<'v>(&self, value: &'v Value, path: String) -> Object<'v, '_> {
        let fields = value.as_object();
        if fields.is_none() {
            self.add(&path, "must be an object");
        }
        Object { fields, path, errors: self }
    }

    /// Collects an error.
    pub fn add(&self, path: &str, message: impl Into<String>) {
        self.found.borrow_mut().push(FieldError::new(path, message));
    }

    /// Says by a JSON Schema what is at a place. Only `describe` listens: without that feature nothing is left of
    /// it in what is built.
    #[allow(unused_variables)]
    pub(crate) fn note(&self, path: impl FnOnce() -> String, schema: impl FnOnce() -> Value) {
        #[cfg(feature = "describe")]
        if let Some(notes) = &self.notes {
            notes.borrow_mut().push(describe::Note { path: path(), schema: schema() });
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// `value`, if there were no errors.
    ///
    /// # Errors
    /// All of them, in the order found.
    pub fn into_result<T>(self, value: T) -> Result<T, Vec<FieldError>> {
        let errors = self.found.into_inner();
        if errors.is_empty() { Ok(value) } else { Err(errors) }
    }
}

#[cfg(test)]
mod tests;
