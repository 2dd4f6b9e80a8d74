//! Reads the fields of a JSON body, and collects every error with the place where it is.
//!
//! Surfaces differ in how they write errors, not in what they find: that is why this knows neither HTTP nor a surface.

mod ids;

use std::cell::RefCell;
use std::fmt;

use serde_json::{Map, Value};

/// The longest link, in characters: what browsers have taken for long.
const MAX_URI: usize = 2048;

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

/// How a field was given. An invalid one counts as absent: its error is collected.
#[derive(Debug, Clone, PartialEq)]
pub enum Given<T> {
    /// It was not there.
    Absent,
    /// It was `null`.
    Null,
    /// It was this.
    Value(T),
}

impl<T> Given<T> {
    /// The value, where one was given.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Puts a given value into `place`; `null` clears it, absence leaves it.
    pub fn put(self, place: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *place = None,
            Self::Value(value) => *place = Some(value),
        }
    }

    /// Puts a given value into `place`; `null` makes it the default, absence leaves it.
    pub fn put_or_default(self, place: &mut T)
    where
        T: Default,
    {
        match self {
            Self::Absent => {}
            Self::Null => *place = T::default(),
            Self::Value(value) => *place = value,
        }
    }
}

/// The errors of one body.
#[derive(Debug, Default)]
pub struct Errors(RefCell<Vec<FieldError>>);

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
        self.0.borrow_mut().push(FieldError::new(path, message));
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// `value`, if there were no errors.
    ///
    /// # Errors
    /// All of them, in the order found.
    pub fn into_result<T>(self, value: T) -> Result<T, Vec<FieldError>> {
        let errors = self.0.into_inner();
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

    /// A link: absolute, `http` or `https`, at most 2,048 characters long.
    #[must_use]
    pub fn uri(&self, name: &str) -> Given<String> {
        let text = self.text(name, MAX_URI);
        if let Given::Value(link) = &text {
            let valid = ["http://", "https://"].iter().any(|scheme| {
                let rest = link.strip_prefix(scheme).unwrap_or_default();
                !rest.is_empty() && !rest.contains(char::is_whitespace)
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
        self.read(name, &format!("must be one of {}", options.join(", ")), |value| {
            let text = value.as_str()?;
            options.contains(&text).then(|| text.to_owned())
        })
    }

    /// `true` or `false`.
    #[must_use]
    pub fn boolean(&self, name: &str) -> Given<bool> {
        self.read(name, "must be true or false", Value::as_bool)
    }

    /// A number from `least` to `most`.
    #[must_use]
    pub fn number(&self, name: &str, least: f64, most: f64) -> Given<f64> {
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
        let must_be = format!("must be a whole number from {least} to {most}");
        self.read(name, &must_be, |value| value.as_u64().filter(|n| (least..=most).contains(n)))
    }

    /// An object, as it is.
    #[must_use]
    pub fn map(&self, name: &str) -> Given<&'v Map<String, Value>> {
        self.read(name, "must be an object", Value::as_object)
    }

    /// An object, to be read field by field.
    #[must_use]
    pub fn object(&self, name: &str) -> Given<Object<'v, 'e>> {
        match self.read(name, "must be an object", |value| value.is_object().then_some(value)) {
            Given::Absent => Given::Absent,
            Given::Null => Given::Null,
            Given::Value(value) => Given::Value(self.errors.object_at(value, self.path(name))),
        }
    }

    /// A list of texts of at most `max` characters each.
    #[must_use]
    pub fn texts(&self, name: &str, max: usize) -> Given<Vec<String>> {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_error_is_collected_with_its_place() {
        let body =
            json!({"name": " ", "priority": 11, "rules": [{"id": 3}, "x"], "tags": ["a", 1]});
        let errors = Errors::new();
        let object = errors.body(&body);
        let _ = object.required_text("name", 10);
        let _ = object.required_text("system_prompt", 10);
        let _ = object.number("priority", 1.0, 10.0);
        let _ = object.objects("rules", |rule| rule.required_text("id", 100));
        let _ = object.texts("tags", 5);
        let found: Vec<String> =
            errors.into_result(()).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "name: must not be blank",
                "system_prompt: required",
                "priority: must be a number from 1 to 10",
                "rules.0.id: must be a string",
                "rules.1: must be an object",
                "tags.1: must be a string",
            ]
        );
    }

    #[test]
    fn null_clears_and_absence_leaves() {
        let body = json!({"a": null, "b": "x"});
        let errors = Errors::new();
        let object = errors.body(&body);
        let mut places = [Some("1".to_owned()), Some("2".to_owned()), Some("3".to_owned())];
        object.text("a", 9).put(&mut places[0]);
        object.text("b", 9).put(&mut places[1]);
        object.text("c", 9).put(&mut places[2]);
        assert_eq!(places, [None, Some("x".to_owned()), Some("3".to_owned())]);
    }

    #[test]
    fn a_body_that_is_no_object_is_one_error() {
        let errors = Errors::new();
        let body = json!([1]);
        let _ = errors.body(&body).required_text("name", 10);
        assert_eq!(errors.into_result(()).unwrap_err()[0].to_string(), "body: must be an object");
    }
}
