//! Fields that are texts.

use serde_json::{Value, json};

use crate::{Given, Object};

/// The longest link, in characters: what browsers have taken for long.
const MAX_URI: usize = 2048;

impl Object<'_, '_> {
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
}

/// A text, as a schema says it.
pub(crate) fn text_of(max: usize) -> Value {
    match max {
        usize::MAX => json!({"type": "string"}),
        max => json!({"type": "string", "maxLength": max}),
    }
}
