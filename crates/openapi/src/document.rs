//! A document: operations, and what they have in common.

use serde_json::{Value, json};

use crate::{Conventions, Operation};

/// The document of a surface.
#[derive(Debug)]
pub struct Document {
    /// What the surface is called.
    pub title: &'static str,
    /// What it is for, in Markdown.
    pub about: &'static str,
    /// Where its paths begin.
    pub base: &'static str,
    /// The groups of its operations, with what each is for; in the order of the page.
    pub tags: &'static [(&'static str, &'static str)],
    /// Its operations, in the order of the page.
    pub operations: Vec<Operation>,
    /// What they have in common.
    pub conventions: Conventions,
    /// The ways to say who asks, each a name with its security scheme.
    pub schemes: Vec<(&'static str, Value)>,
    /// Which of them together are enough: a list of such, of which one is.
    pub security: Value,
    /// What operations refer to: parameters, headers, responses and schemas, each by name.
    pub components: Value,
}

impl Document {
    /// The document.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut paths = json!({});
        for operation in &self.operations {
            let place = &mut paths[operation.path][operation.method.as_str()];
            *place = operation.to_json(self.conventions, &self.security);
        }
        let mut components = self.components.clone();
        for (name, scheme) in &self.schemes {
            components["securitySchemes"][*name] = scheme.clone();
        }
        let tags =
            self.tags.iter().map(|(name, about)| json!({"name": name, "description": about}));
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": self.title,
                "description": self.about,
                "version": env!("CARGO_PKG_VERSION"),
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": self.base}],
            "tags": tags.collect::<Vec<_>>(),
            "paths": paths,
            "components": components,
        })
    }
}
