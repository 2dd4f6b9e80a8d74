//! What a condition can be.

use serde_json::{Value, json};

use super::operators::{OPERATORS, Wants};
use crate::limits::{MAX_CONDITIONS, MAX_PATTERN_CHARS};
use crate::schema::{Object, has, has_variables, list, one_of, reference, when};

/// A condition, a group within it, and a comparison, by name.
pub(crate) fn definitions() -> [(&'static str, Value); 3] {
    let grouped = json!({"anyOf": [has("all"), has("any")]});
    let part = json!({"if": grouped, "then": reference("group"), "else": reference("comparison")});
    [
        ("condition", group("Holds where all, or any, of its parts do.", &part)),
        ("group", group("A condition within a condition.", &reference("comparison"))),
        ("comparison", comparison()),
    ]
}

fn group(about: &str, part: &Value) -> Value {
    let parts = list(1..=MAX_CONDITIONS, part.clone());
    Object::new(about)
        .field("all", "", parts.clone())
        .field("any", "", parts)
        .rule(json!({"oneOf": [has("all"), has("any")]}))
        .closed()
}

fn comparison() -> Value {
    let something = json!({"type": ["string", "number", "boolean", "array", "object"]});
    let mut object = Object::new("")
        .required("value", "What is looked at; a template.", something)
        .required("op", "How.", one_of(OPERATORS.iter().map(|operator| operator.name)))
        .field("to", "What it is compared with.", json!({}));
    for wants in Wants::ALL {
        let Some(to) = wants.schema() else { continue };
        let names = OPERATORS.iter().filter(|operator| operator.wants == wants);
        let mut is_one = has("op");
        is_one["properties"] = json!({"op": one_of(names.map(|operator| operator.name))});
        object = object.rule(when(is_one, json!({"properties": {"to": to}, "required": ["to"]})));
    }
    object.closed()
}

impl Wants {
    const ALL: [Self; 10] = [
        Self::Nothing,
        Self::Value,
        Self::Ordered,
        Self::Range,
        Self::List,
        Self::Text,
        Self::Phrase,
        Self::Words,
        Self::Pattern,
        Self::Date,
    ];

    /// What `to` can be. `None`: it is not looked at.
    fn schema(self) -> Option<Value> {
        let mut template = has_variables();
        template["type"] = "string".into();
        Some(match self {
            Self::Nothing => return None,
            Self::Value => json!({"type": ["string", "number", "boolean", "array", "object"]}),
            Self::Ordered | Self::Date => json!({"type": ["string", "number"]}),
            Self::Range => json!({"anyOf": [list(2..=2, json!({})), template]}),
            Self::List => json!({"type": ["string", "number", "boolean", "array"]}),
            Self::Text | Self::Phrase => json!({"type": ["string", "number", "boolean"]}),
            Self::Words => json!({"type": ["string", "number", "boolean", "array"]}),
            Self::Pattern => {
                json!({"type": "string", "maxLength": MAX_PATTERN_CHARS, "not": has_variables()})
            }
        })
    }
}
