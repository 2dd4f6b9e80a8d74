//! Reading a JSON object field by field: what is missing, of another type or too long becomes an issue with its
//! pointer, and reading goes on, so that one validation finds everything. What was not asked for is unknown.

use serde_json::{Map, Value};

use crate::issue::Issues;
use crate::limits::MAX_TEMPLATE_CHARS;
use crate::template::{Added, ROOTS, Templates, Text, Unusable};

/// How long a text may be, in characters, and the code of the issue when it is longer.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Limit(pub(crate) usize, pub(crate) &'static str);

/// What reading a graph gathers besides the nodes themselves.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) issues: Issues,
    pub(crate) templates: Templates,
    /// The id of the workflow that is read, where it has one.
    pub(crate) workflow: Option<String>,
}

/// One JSON object of the graph, being read.
pub(crate) struct Fields<'a, 'r> {
    object: &'a Map<String, Value>,
    path: String,
    asked: Vec<&'static str>,
    /// Whether unknown fields are expected.
    anything: bool,
    reading: &'r mut Reading,
}

/// Reads an object with `read`; then everything in it that was not asked for is reported.
pub(crate) fn read_object<T>(
    value: &Value,
    path: String,
    reading: &mut Reading,
    read: impl FnOnce(&mut Fields<'_, '_>) -> T,
) -> Option<T> {
    let Some(object) = value.as_object() else {
        reading.issues.error(
            "wrong_type",
            path,
            format!("{} where an object belongs", kind(value)),
        );
        return None;
    };
    let mut fields = Fields { object, path, asked: Vec::new(), anything: false, reading };
    let result = read(&mut fields);
    fields.report_unknown();
    Some(result)
}

impl<'a> Fields<'a, '_> {
    /// A field as it is. Null counts as absent.
    pub(crate) fn get(&mut self, name: &'static str) -> Option<&'a Value> {
        if !self.asked.contains(&name) {
            self.asked.push(name);
        }
        self.object.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn has(&mut self, name: &'static str) -> bool {
        self.get(name).is_some()
    }

    /// Fields that are read later, or by others.
    pub(crate) fn expect(&mut self, names: &[&'static str]) {
        self.asked.extend(names);
    }

    /// Where issues go that this object's fields are not the place of.
    pub(crate) fn issues(&mut self) -> &mut Issues {
        &mut self.reading.issues
    }

    /// The id of the workflow that is read, where it has one.
    pub(crate) fn workflow(&self) -> Option<&str> {
        self.reading.workflow.as_deref()
    }

    /// Reports no unknown fields of this object: it is not known what it is.
    pub(crate) fn expect_anything(&mut self) {
        self.anything = true;
    }

    /// The pointer to a field, or to something in it, as `variables/3`; to the object itself for the empty name. The
    /// caller [escapes](escape) what may hold a `/`.
    pub(crate) fn at(&self, name: &str) -> String {
        match name {
            "" => self.path.clone(),
            name => format!("{}/{name}", self.path),
        }
    }

    pub(crate) fn error(&mut self, name: &str, code: &'static str, message: impl Into<String>) {
        let path = self.at(name);
        self.reading.issues.error(code, path, message);
    }

    pub(crate) fn warning(&mut self, name: &str, code: &'static str, message: impl Into<String>) {
        let path = self.at(name);
        self.reading.issues.warning(code, path, message);
    }

    pub(crate) fn missing(&mut self, name: &str) {
        self.error(name, "missing_field", format!("`{name}` must be given"));
    }

    pub(crate) fn wrong_type(&mut self, name: &str, found: &Value, wanted: &str) {
        self.error(name, "wrong_type", format!("`{name}` is {}; it must be {wanted}", kind(found)));
    }

    /// A text that is no template.
    pub(crate) fn string(&mut self, name: &'static str, limit: Limit) -> Option<&'a str> {
        let value = self.get(name)?;
        let Some(text) = value.as_str() else {
            self.wrong_type(name, value, "a text");
            return None;
        };
        if text.trim().is_empty() {
            self.error(name, "empty_value", format!("`{name}` must not be empty"));
            return None;
        }
        self.check_length(name, text.chars().count(), limit);
        Some(text)
    }

    /// [`Self::string`], reported when absent; then empty, so that reading can go on.
    pub(crate) fn required_string(&mut self, name: &'static str, limit: Limit) -> String {
        if !self.has(name) {
            self.missing(name);
        }
        self.string(name, limit).unwrap_or_default().to_owned()
    }

    /// A text that may be a template.
    pub(crate) fn text(&mut self, name: &'static str, limit: Limit) -> Option<Text> {
        let text = self.string(name, Limit(usize::MAX, limit.1))?;
        Some(self.template(name, text, limit))
    }

    /// [`Self::text`], reported when absent; then empty, so that reading can go on.
    pub(crate) fn required_text(&mut self, name: &'static str, limit: Limit) -> Text {
        if !self.has(name) {
            self.missing(name);
        }
        self.text(name, limit).unwrap_or_else(|| Text::plain(""))
    }

    /// [`Self::template`] for an address of the web: what variables hold is percent-encoded in it.
    pub(crate) fn address(&mut self, name: &str, source: &str, limit: Limit) -> Text {
        self.compile(name, source, limit, Templates::add_address)
    }

    /// Compiles a text found in this object under `name`, which may be a field or `field/3`.
    pub(crate) fn template(&mut self, name: &str, source: &str, limit: Limit) -> Text {
        self.compile(name, source, limit, Templates::add)
    }

    fn compile(
        &mut self,
        name: &str,
        source: &str,
        limit: Limit,
        add: fn(&mut Templates, &str, &str) -> Result<Added, Unusable>,
    ) -> Text {
        let path = self.at(name);
        let issues = &mut self.reading.issues;
        if source.len() > MAX_TEMPLATE_CHARS * 4 {
            issues.error(limit.1, path, format!("a text may have {MAX_TEMPLATE_CHARS} characters"));
            return Text::plain("");
        }
        match add(&mut self.reading.templates, &path, source) {
            Ok((text, at_least)) => {
                if at_least.is_some_and(|length| length > limit.0) {
                    let length = at_least.unwrap_or_default();
                    issues.error(limit.1, path, too_long(name, length, limit));
                }
                return text;
            }
            Err(Unusable::Syntax(reason)) => {
                let right = "write a variable like {{context.name}}, with a filter like {{context.name|upper}}";
                issues.error("template_syntax", path, format!("{reason}; {right}"));
            }
            Err(Unusable::UnknownRoot(root)) => {
                let message =
                    format!("no variable `{root}`; variables begin with {}", ROOTS.join(", "));
                issues.error("unknown_variable_root", path, message);
            }
        }
        Text::plain("")
    }

    /// A list; something else is reported.
    pub(crate) fn list(&mut self, name: &'static str) -> Option<&'a [Value]> {
        let value = self.get(name)?;
        if value.as_array().is_none() {
            self.wrong_type(name, value, "a list");
        }
        value.as_array().map(Vec::as_slice)
    }

    /// A list of objects, at most `most.0` of them. An empty list is reported.
    pub(crate) fn objects<T>(
        &mut self,
        name: &'static str,
        most: Limit,
        mut read: impl FnMut(&mut Fields<'_, '_>) -> T,
    ) -> Option<Vec<T>> {
        let list = self.list(name)?;
        if list.is_empty() {
            self.error(name, "empty_value", format!("`{name}` must not be empty"));
        }
        if list.len() > most.0 {
            let message = format!("{} in `{name}`; there may be {}", list.len(), most.0);
            self.error(name, most.1, message);
        }
        let path = self.at(name);
        let reading = &mut *self.reading;
        let items = list.iter().take(most.0).enumerate();
        Some(
            items
                .filter_map(|(i, item)| {
                    read_object(item, format!("{path}/{i}"), reading, &mut read)
                })
                .collect(),
        )
    }

    /// An object in a field.
    pub(crate) fn object<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Fields<'_, '_>) -> T,
    ) -> Option<T> {
        let value = self.get(name)?;
        read_object(value, self.at(name), self.reading, read)
    }

    fn check_length(&mut self, name: &str, length: usize, limit: Limit) {
        if length > limit.0 {
            self.error(name, limit.1, too_long(name, length, limit));
        }
    }

    fn report_unknown(&mut self) {
        if self.anything {
            return;
        }
        for name in self.object.keys() {
            if !self.asked.iter().any(|asked| asked == name) {
                let message =
                    format!("`{name}` is not read here; these are: {}", self.asked.join(", "));
                self.reading.issues.warning(
                    "unknown_field",
                    format!("{}/{}", self.path, escape(name)),
                    message,
                );
            }
        }
    }
}

fn too_long(name: &str, length: usize, limit: Limit) -> String {
    format!("`{name}` has {length} characters; it may have {}", limit.0)
}

/// A key as it stands in a JSON pointer (RFC 6901).
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// What a JSON value is, in words.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
