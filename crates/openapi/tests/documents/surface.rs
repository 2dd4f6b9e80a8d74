//! A surface's document, as tests ask for it.

use std::path::PathBuf;
use std::sync::LazyLock;

use jsonschema::Validator;
use openapi::Document;
use serde::Serialize as _;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Value, json};

/// A public API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    Actions,
    Console,
    Trigger,
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

impl Surface {
    pub const ALL: [Self; 3] = [Self::Actions, Self::Console, Self::Trigger];

    /// The folder of its components, and what their names begin with.
    pub fn name(self) -> &'static str {
        match self {
            Self::Actions => "actions",
            Self::Console => "console",
            Self::Trigger => "trigger",
        }
    }

    pub fn table(self) -> Document {
        match self {
            Self::Actions => openapi::actions::document(),
            Self::Console => openapi::console::document(),
            Self::Trigger => openapi::trigger::document(),
        }
    }

    /// Where its paths begin.
    pub fn base(self) -> &'static str {
        match self {
            Self::Actions => openapi::actions::BASE,
            Self::Console => openapi::console::BASE,
            Self::Trigger => "",
        }
    }

    /// The document as it comes out: made once.
    pub fn document(self) -> &'static Value {
        type Made = LazyLock<Value>;
        static ACTIONS: Made = LazyLock::new(|| Surface::Actions.table().to_json());
        static CONSOLE: Made = LazyLock::new(|| Surface::Console.table().to_json());
        static TRIGGER: Made = LazyLock::new(|| Surface::Trigger.table().to_json());
        match self {
            Self::Actions => &ACTIONS,
            Self::Console => &CONSOLE,
            Self::Trigger => &TRIGGER,
        }
    }

    /// Where it is kept.
    pub fn file(self) -> PathBuf {
        let ending = if self == Self::Actions { "yaml" } else { "json" };
        root().join(format!("docs/openapi/{}.{ending}", self.name()))
    }

    /// As it is kept and served. JSON: each field in a line of its own, indented by one space, since spaces are served
    /// too.
    pub fn text(self) -> String {
        if self == Self::Actions {
            return serde_saphyr::to_string(self.document()).unwrap();
        }
        let mut text = Vec::new();
        let lines = PrettyFormatter::with_indent(b" ");
        self.document().serialize(&mut Serializer::with_formatter(&mut text, lines)).unwrap();
        String::from_utf8(text).unwrap() + "\n"
    }

    /// A validator of a schema of the document.
    pub fn validator(self, name: &str) -> Validator {
        let schemas = &self.document()["components"]["schemas"];
        assert!(schemas.get(name).is_some(), "no schema {name}");
        self.validator_of(&json!({"$ref": format!("#/components/schemas/{name}")}))
    }

    /// A validator of a schema that refers to those of the document.
    pub fn validator_of(self, schema: &Value) -> Validator {
        let mut schema = schema.clone();
        schema["components"] = json!({"schemas": self.document()["components"]["schemas"]});
        jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&schema)
            .unwrap()
    }

    /// Fails unless a value fits a schema.
    pub fn assert_fits(self, name: &str, value: &Value) {
        let errors: Vec<String> = self
            .validator(name)
            .iter_errors(value)
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}\n{value:#}");
    }
}
