//! The JSON Schema (2020-12) of a definition, for editors and other tools. A node type says what its fields are beside
//! its reader; this is what it says it with. In no component: only with the feature `schema`.
//!
//! A schema says what an object by itself can be: fields, types, numbers, what excludes what. It does not say what
//! only the whole shows (two nodes with one id, an edge to nowhere) or what only reading a text shows (a template, a
//! pattern). What it refuses [`crate::validate`] refuses too. Null in the place of a field of the graph, which counts
//! as absent, it does not know.

mod graph;

use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

pub use self::graph::{definitions, graph};
use crate::limits::MAX_NAME_CHARS;

/// The schema of an object, field by field.
#[derive(Debug, Default)]
pub struct Object {
    about: String,
    properties: Map<String, Value>,
    required: Vec<String>,
    rules: Vec<Value>,
}

impl Object {
    /// An object without fields.
    #[must_use]
    pub fn new(about: &str) -> Self {
        Self { about: about.to_owned(), ..Self::default() }
    }

    /// Adds a field that may be absent.
    #[must_use]
    pub fn field(mut self, name: &str, about: &str, mut schema: Value) -> Self {
        if !about.is_empty() {
            schema["description"] = about.into();
        }
        self.properties.insert(name.to_owned(), schema);
        self
    }

    /// Adds a field that must be there.
    #[must_use]
    pub fn required(mut self, name: &str, about: &str, schema: Value) -> Self {
        self.required.push(name.to_owned());
        self.field(name, about, schema)
    }

    /// Adds a schema that the object must fit besides.
    #[must_use]
    pub fn rule(mut self, schema: Value) -> Self {
        self.rules.push(schema);
        self
    }

    /// The schema; other fields are refused.
    #[must_use]
    pub fn closed(self) -> Value {
        let mut schema = self.open();
        schema["additionalProperties"] = false.into();
        schema
    }

    /// The schema; other fields are passed over.
    #[must_use]
    pub fn open(self) -> Value {
        let mut schema = json!({"type": "object"});
        if !self.about.is_empty() {
            schema["description"] = self.about.into();
        }
        schema["properties"] = Value::Object(self.properties);
        if !self.required.is_empty() {
            schema["required"] = self.required.into();
        }
        if !self.rules.is_empty() {
            schema["allOf"] = self.rules.into();
        }
        schema
    }
}

/// A text that is not blank, of at most so many characters.
#[must_use]
pub fn string(most: usize) -> Value {
    json!({"type": "string", "pattern": "\\S", "maxLength": most})
}

/// A text that is not blank. Where it has variables, nobody knows how long it will be.
#[must_use]
pub fn text(most: usize) -> Value {
    let mut text = any_text(most);
    text["pattern"] = "\\S".into();
    text
}

/// [`text`] that may be blank.
#[must_use]
pub fn any_text(most: usize) -> Value {
    json!({"type": "string", "anyOf": [{"maxLength": most}, has_variables()]})
}

/// Of a text: that there are variables in it.
#[must_use]
pub fn has_variables() -> Value {
    json!({"pattern": "\\{\\{"})
}

/// The name of a variable, as it stands in `{{vars.name}}`.
#[must_use]
pub fn name() -> Value {
    json!({"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$", "maxLength": MAX_NAME_CHARS})
}

/// Any values by name.
#[must_use]
pub fn values() -> Value {
    json!({"type": "object", "propertyNames": name()})
}

/// One of these words.
#[must_use]
pub fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Value {
    json!({"enum": words.into_iter().collect::<Vec<_>>()})
}

/// A schema but for these words.
#[must_use]
pub fn but<'a>(mut schema: Value, words: impl IntoIterator<Item = &'a str>) -> Value {
    schema["not"] = one_of(words);
    schema
}

/// A whole number.
#[must_use]
pub fn whole(range: RangeInclusive<u32>) -> Value {
    json!({"type": "integer", "minimum": range.start(), "maximum": range.end()})
}

/// A number above zero.
#[must_use]
pub fn above_zero(most: f64) -> Value {
    json!({"type": "number", "exclusiveMinimum": 0, "maximum": most})
}

/// A list of so many items.
#[must_use]
pub fn list(count: RangeInclusive<usize>, items: Value) -> Value {
    json!({"type": "array", "minItems": count.start(), "maxItems": count.end(), "items": items})
}

/// What [`definitions`] has under this name.
#[must_use]
pub fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

/// Of an object: what holds where something else does.
#[must_use]
pub fn when(holds: Value, then: Value) -> Value {
    json!({"if": holds, "then": then})
}

/// Of an object: that a field is there.
#[must_use]
pub fn has(field: &str) -> Value {
    json!({"required": [field]})
}

/// Of an object: that these fields are not there.
#[must_use]
pub fn has_none<'a>(fields: impl IntoIterator<Item = &'a str>) -> Value {
    let none = fields.into_iter().map(|field| (field.to_owned(), Value::Bool(false)));
    json!({"properties": none.collect::<Map<_, _>>()})
}
