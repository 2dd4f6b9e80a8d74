//! The schemas of a document by name: `#/components/schemas/…`.

use fields::{Object, describe};
use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

/// Where a document has its schemas.
const PLACE: &str = "/components/schemas";

/// The schemas of a document.
#[derive(Debug)]
pub struct Schemas {
    shown: SchemaGenerator,
    read: SchemaGenerator,
    named: Map<String, Value>,
    derived: Vec<Derived>,
}

/// A schema's name, that of the type it comes from, and what differs.
type Derived = (&'static str, &'static str, fn(&mut Value));

/// A reference to a schema of the document.
#[must_use]
pub fn reference(name: &str) -> Value {
    json!({"$ref": format!("#{PLACE}/{name}")})
}

impl Default for Schemas {
    fn default() -> Self {
        let settings = || {
            let mut settings = SchemaSettings::draft2020_12();
            settings.definitions_path = PLACE.into();
            settings
        };
        Self {
            shown: settings().for_serialize().into_generator(),
            read: settings().for_deserialize().into_generator(),
            named: Map::new(),
            derived: Vec::new(),
        }
    }
}

impl Schemas {
    /// Adds a schema as it is.
    pub fn add(&mut self, name: &str, schema: Value) {
        self.named.insert(name.to_owned(), schema);
    }

    /// Adds a body that is sent, by the code that reads it.
    pub fn body<T>(&mut self, name: &str, read: impl Fn(&Object<'_, '_>) -> T) {
        self.add(name, describe(|body| drop(Some(read(body)))));
    }

    /// Adds a type that is written, under its own name, with all that it holds.
    pub fn shown<T: JsonSchema>(&mut self) {
        self.shown.subschema_for::<T>();
    }

    /// Adds a type that is read, under its name with `Input` after it: what may be left out differs.
    pub fn read<T: JsonSchema>(&mut self) {
        self.read.subschema_for::<T>();
    }

    /// Adds what differs from a type that is written, which has another name.
    pub fn derived(&mut self, name: &'static str, from: &'static str, change: fn(&mut Value)) {
        self.derived.push((name, from, change));
    }

    /// All of them, by name. Of an answer's object, those of `closed` have no other fields.
    #[must_use]
    pub fn finish(mut self, closed: &[&str]) -> Value {
        let mut all = self.shown.take_definitions(true);
        all.values_mut().for_each(as_shown);
        for (name, from, change) in &self.derived {
            let mut schema = all.get(*from).cloned().unwrap_or_default();
            change(&mut schema);
            all.insert((*name).to_owned(), schema);
        }
        for (name, mut schema) in self.read.take_definitions(true) {
            rename(&mut schema);
            all.insert(format!("{name}Input"), schema);
        }
        all.extend(self.named);
        for (name, schema) in &mut all {
            sound(schema);
            if closed.contains(&name.as_str()) {
                schema["additionalProperties"] = false.into();
            }
        }
        all.sort_keys();
        Value::Object(all)
    }
}

/// Of what is shown nobody needs a default, since it is there; and its times are those of RFC 3339.
fn as_shown(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            for (name, field) in
                keywords.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten()
            {
                let is_text = field["type"] == "string" || field["type"][0] == "string";
                if is_text && (name.ends_with("_at") || name == "last_seen") {
                    field["format"] = "date-time".into();
                }
                if let Value::Object(field) = field {
                    field.shift_remove("default");
                }
            }
            keywords.values_mut().for_each(as_shown);
        }
        Value::Array(items) => items.iter_mut().for_each(as_shown),
        _ => {}
    }
}

/// References of what is read go to what is read.
fn rename(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            for (keyword, value) in keywords {
                match value {
                    Value::String(place) if keyword == "$ref" => place.push_str("Input"),
                    value => rename(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(rename),
        _ => {}
    }
}

/// What serde's types say with formats of their own, in the keywords that everyone knows.
fn sound(schema: &mut Value) {
    let Value::Object(keywords) = schema else {
        if let Value::Array(items) = schema {
            items.iter_mut().for_each(sound);
        }
        return;
    };
    let most = match keywords.get("format").and_then(Value::as_str) {
        Some("uint8") => Some(u64::from(u8::MAX)),
        Some("uint16") => Some(u64::from(u16::MAX)),
        Some("uint32") => Some(u64::from(u32::MAX)),
        Some("uint64" | "uint") => Some(u64::MAX),
        _ => None,
    };
    if let Some(most) = most {
        keywords.shift_remove("format");
        keywords.insert("maximum".to_owned(), most.into());
    }
    keywords.values_mut().for_each(sound);
}
