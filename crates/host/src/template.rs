//! `{{ name }}` templates, as component variables and `allowed_outbound_hosts` have them.

use std::fmt;

/// Text with variables in it, by Spin's rules: no escapes, names trimmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Variable(String),
}

/// A `{{` that no `}}` follows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unclosed;

impl fmt::Display for Unclosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`{{` without a `}}` after it")
    }
}

impl std::error::Error for Unclosed {}

impl Template {
    pub(crate) fn parse(text: &str) -> Result<Self, Unclosed> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, after)) = rest.split_once("{{") {
            let (name, after) = after.split_once("}}").ok_or(Unclosed)?;
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.to_owned()));
            }
            parts.push(Part::Variable(name.trim().to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        Ok(Self { parts })
    }

    pub(crate) fn is_literal(&self) -> bool {
        self.variables().next().is_none()
    }

    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Variable(name) => Some(name.as_str()),
        })
    }

    /// The text with each variable replaced, or the name of the first one that has no value.
    pub(crate) fn render<'a>(
        &'a self,
        value: impl Fn(&str) -> Option<&'a str>,
    ) -> Result<String, &'a str> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Variable(name) => text.push_str(value(name).ok_or(name.as_str())?),
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_replaced_and_everything_else_is_kept() {
        let template = Template::parse("a-{{ x }}{{y}}-}}b").unwrap();
        assert_eq!(template.variables().collect::<Vec<_>>(), ["x", "y"]);
        let rendered = template.render(|name| Some(if name == "x" { "1" } else { "2" }));
        assert_eq!(rendered.unwrap(), "a-12-}}b");
    }

    #[test]
    fn a_variable_without_a_value_is_named() {
        let template = Template::parse("{{ x }}").unwrap();
        assert_eq!(template.render(|_| None), Err("x"));
    }

    #[test]
    fn an_opening_brace_pair_must_be_closed() {
        assert_eq!(Template::parse("{{ x }} {{ y"), Err(Unclosed));
    }

    #[test]
    fn text_without_braces_is_literal() {
        assert!(Template::parse("https://example.com").unwrap().is_literal());
        assert!(Template::parse("").unwrap().is_literal());
    }
}
