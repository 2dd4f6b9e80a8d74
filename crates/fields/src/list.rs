//! Fields that are lists.

use serde_json::{Value, json};

use crate::text::text_of;
use crate::{Given, Object};

impl<'v, 'e> Object<'v, 'e> {
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
