//! An object of the body: which fields are there, and as what.

use serde_json::{Map, Value, json};

use crate::{Errors, Given};

/// An object of the body, to be read field by field.
#[derive(Debug)]
pub struct Object<'v, 'e> {
    pub(crate) fields: Option<&'v Map<String, Value>>,
    pub(crate) path: String,
    pub(crate) errors: &'e Errors,
}

impl<'v, 'e> Object<'v, 'e> {
    /// The JSON pointer of a field of this object.
    #[must_use]
    pub fn path(&self, name: &str) -> String {
        format!("{}/{}", self.path, name.replace('~', "~0").replace('/', "~1"))
    }

    /// Collects an error of a field. What is no object has no fields that could be wrong: that it is none was
    /// collected.
    pub fn error(&self, name: &str, message: impl Into<String>) {
        if self.fields.is_some() {
            self.errors.add(&self.path(name), message);
        }
    }

    /// Collects an error at a JSON pointer into the body.
    pub fn error_at(&self, path: &str, message: impl Into<String>) {
        self.errors.add(path, message);
    }

    /// Says by a JSON Schema what a field can be, beyond what reading it says: what is checked afterwards.
    pub fn describe(&self, name: &str, schema: impl FnOnce() -> Value) {
        self.errors.note(|| self.path(name), schema);
    }

    /// Says by a JSON Schema what holds for the object as a whole, such as fields that exclude one another.
    pub fn describe_whole(&self, schema: impl FnOnce() -> Value) {
        self.errors.note(|| self.path.clone(), schema);
    }

    /// Whether the field is there, `null` included.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.fields.is_some_and(|fields| fields.contains_key(name))
    }

    /// Whether the field is there, and not `null`.
    #[must_use]
    pub fn given(&self, name: &str) -> bool {
        matches!(self.any(name), Given::Value(_))
    }

    /// Whether no field is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_none_or(Map::is_empty)
    }

    /// Any field that is not among `known` is an error.
    pub fn only(&self, known: &[&str]) {
        self.describe_whole(|| json!({"additionalProperties": false}));
        for name in self.fields.into_iter().flat_map(Map::keys) {
            if !known.contains(&name.as_str()) {
                self.error(name, format!("unknown property; known are {}", known.join(", ")));
            }
        }
    }

    /// A field as it is.
    #[must_use]
    pub fn any(&self, name: &str) -> Given<&'v Value> {
        match self.fields.and_then(|fields| fields.get(name)) {
            None => Given::Absent,
            Some(Value::Null) => Given::Null,
            Some(value) => Given::Value(value),
        }
    }

    /// A field that `read` understands, or an error that says what it must be.
    pub(crate) fn read<T>(
        &self,
        name: &str,
        must_be: &str,
        read: impl FnOnce(&'v Value) -> Option<T>,
    ) -> Given<T> {
        match self.any(name) {
            Given::Absent => Given::Absent,
            Given::Null => Given::Null,
            Given::Value(value) => read(value).map_or_else(
                || {
                    self.error(name, must_be);
                    Given::Absent
                },
                Given::Value,
            ),
        }
    }

    /// An object, as it is.
    #[must_use]
    pub fn map(&self, name: &str) -> Given<&'v Map<String, Value>> {
        self.describe(name, || json!({"type": "object"}));
        self.read(name, "must be an object", Value::as_object)
    }

    /// An object, to be read field by field.
    #[must_use]
    pub fn object(&self, name: &str) -> Given<Object<'v, 'e>> {
        self.describe(name, || json!({"type": "object"}));
        match self.read(name, "must be an object", |value| value.is_object().then_some(value)) {
            Given::Absent => Given::Absent,
            Given::Null => Given::Null,
            Given::Value(value) => Given::Value(self.errors.object_at(value, self.path(name))),
        }
    }

    /// `true` or `false`.
    #[must_use]
    pub fn boolean(&self, name: &str) -> Given<bool> {
        self.describe(name, || json!({"type": "boolean"}));
        self.read(name, "must be true or false", Value::as_bool)
    }
}
