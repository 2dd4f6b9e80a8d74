//! Reads the fields of a JSON body, and collects every error with the place where it is.
//!
//! Surfaces differ in how they write errors, not in what they find: that is why this knows neither HTTP nor a surface.
//! With the feature `describe`, which no component has, the same reading code gives the JSON Schema of what it reads.

#[cfg(feature = "describe")]
mod describe;
mod error;
mod given;
mod ids;

use std::cell::RefCell;

#[cfg(feature = "describe")]
pub use describe::{describe, refusals};
pub use error::FieldError;
pub use given::Given;
use serde_json::{Map, Value, json};

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

/// The longest link, in characters: what browsers have taken for long.
const MAX_URI: usize = 2048;

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

    fn object_at<'v>(&self, value: &'v Value, path: String) -> Object<'v, '_> {
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
    fn note(&self, path: impl FnOnce() -> String, schema: impl FnOnce() -> Value) {
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

/// An object of the body, to be read field by field.
#[derive(Debug)]
pub struct Object<'v, 'e> {
    fields: Option<&'v Map<String, Value>>,
    path: String,
    errors: &'e Errors,
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
    fn read<T>(
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

    /// A text of at most `max` characters.
    #[must_use]
    pub fn text(&self, name: &str, max: usize) -> Given<String> {
        self.describe(name, || text_of(max));
        let text = self.read(name, "must be a string", Value::as_str);
        let Given::Value(text) = text else {
            return if text == Given::Null { Given::Null } else { Given::Absent };
        };
        if text.chars().count() > max {
            self.error(name, format!("must be at most {max} characters long"));
            return Given::Absent;
        }
        Given::Value(text.to_owned())
    }

    /// A text that must be there and not be blank. Empty where there was an error.
    #[must_use]
    pub fn required_text(&self, name: &str, max: usize) -> String {
        match self.any(name) {
            Given::Absent | Given::Null => {
                self.describe(name, || text_of(max));
                self.error(name, "required");
                String::new()
            }
            Given::Value(_) => self.filled_text(name, max).value().unwrap_or_default(),
        }
    }

    /// A text that, where it is there, must not be blank nor `null`.
    #[must_use]
    pub fn filled_text(&self, name: &str, max: usize) -> Given<String> {
        let text = self.text(name, max);
        self.describe(name, || json!({"pattern": "\\S"}));
        let blank = match &text {
            Given::Absent => false,
            Given::Null => true,
            Given::Value(text) => text.trim().is_empty(),
        };
        if blank {
            self.error(name, "must not be blank");
            return Given::Absent;
        }
        text
    }

    /// A link: absolute, `http` or `https`, of visible ASCII, at most 2,048 characters long.
    #[must_use]
    pub fn uri(&self, name: &str) -> Given<String> {
        let text = self.text(name, MAX_URI);
        self.describe(
            name,
            || json!({"pattern": "^https?://[!-~]+$", "examples": ["https://example.com/page"]}),
        );
        if let Given::Value(link) = &text {
            let valid = ["http://", "https://"].iter().any(|scheme| {
                let rest = link.strip_prefix(scheme).unwrap_or_default();
                !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic())
            });
            if !valid {
                self.error(name, "must be a URL, such as https://example.com/page");
                return Given::Absent;
            }
        }
        text
    }

    /// A text that is one of `options`.
    #[must_use]
    pub fn one_of(&self, name: &str, options: &[&str]) -> Given<String> {
        self.describe(name, || json!({"type": "string", "enum": options}));
        self.read(name, &format!("must be one of {}", options.join(", ")), |value| {
            let text = value.as_str()?;
            options.contains(&text).then(|| text.to_owned())
        })
    }

    /// `true` or `false`.
    #[must_use]
    pub fn boolean(&self, name: &str) -> Given<bool> {
        self.describe(name, || json!({"type": "boolean"}));
        self.read(name, "must be true or false", Value::as_bool)
    }

    /// A number from `least` to `most`.
    #[must_use]
    pub fn number(&self, name: &str, least: f64, most: f64) -> Given<f64> {
        self.describe(name, || {
            let mut number = json!({"type": "number", "minimum": whole(least)});
            if most.is_finite() {
                number["maximum"] = whole(most);
            }
            number
        });
        let must_be = if most.is_finite() {
            format!("must be a number from {least} to {most}")
        } else {
            format!("must be a number of at least {least}")
        };
        self.read(name, &must_be, |value| value.as_f64().filter(|n| (least..=most).contains(n)))
    }

    /// A whole number from `least` to `most`.
    #[must_use]
    pub fn integer(&self, name: &str, least: u64, most: u64) -> Given<u64> {
        self.describe(name, || json!({"type": "integer", "minimum": least, "maximum": most}));
        let must_be = format!("must be a whole number from {least} to {most}");
        self.read(name, &must_be, |value| {
            whole_number(value).filter(|n| (least..=most).contains(n))
        })
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

    /// A list of texts of at most `max` characters each.
    #[must_use]
    pub fn texts(&self, name: &str, max: usize) -> Given<Vec<String>> {
        self.describe(name, || json!({"items": text_of(max)}));
        self.list(name, |value, path| match value.as_str() {
            Some(text) if text.chars().count() <= max => Some(text.to_owned()),
            Some(_) => {
                self.errors.add(path, format!("must be at most {max} characters long"));
                None
            }
            None => {
                self.errors.add(path, "must be a string");
                None
            }
        })
    }

    /// A list of objects, each read by `read`. An empty array in the place of an object is passed over: the hosted
    /// console has such, and its clients send them back.
    #[must_use]
    pub fn objects<T>(
        &self,
        name: &str,
        mut read: impl FnMut(Object<'v, 'e>) -> T,
    ) -> Given<Vec<T>> {
        self.describe(name, || json!({"items": {"type": ["object", "array"], "maxItems": 0}}));
        self.list(name, |value, path| {
            if value.as_array().is_some_and(Vec::is_empty) {
                return None;
            }
            Some(read(self.errors.object_at(value, path.to_owned())))
        })
    }

    /// A list, each item read by `read`, which collects its own errors.
    #[must_use]
    pub fn list<T>(
        &self,
        name: &str,
        mut read: impl FnMut(&'v Value, &str) -> Option<T>,
    ) -> Given<Vec<T>> {
        self.describe(name, || json!({"type": "array"}));
        let items = self.read(name, "must be an array", Value::as_array);
        match items {
            Given::Absent => Given::Absent,
            Given::Null => Given::Null,
            Given::Value(items) => {
                let path = self.path(name);
                let read = items
                    .iter()
                    .enumerate()
                    .filter_map(|(at, item)| read(item, &format!("{path}/{at}")));
                Given::Value(read.collect())
            }
        }
    }
}

/// JSON has one kind of number: `3.0` is a whole one, to a schema as well. `None`: it is none, or below zero.
#[must_use]
pub fn whole_number(value: &Value) -> Option<u64> {
    /// Above it not every whole number is a double.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    value.as_u64().or_else(|| {
        let number = value.as_f64()?;
        (number.fract() == 0.0 && (0.0..=EXACT).contains(&number)).then_some(number as u64)
    })
}

/// A text, as a schema says it.
fn text_of(max: usize) -> Value {
    match max {
        usize::MAX => json!({"type": "string"}),
        max => json!({"type": "string", "maxLength": max}),
    }
}

/// A limit as a schema says it: `1`, not `1.0`.
fn whole(limit: f64) -> Value {
    whole_number(&limit.into()).map_or_else(|| limit.into(), Value::from)
}

#[cfg(test)]
mod tests;
