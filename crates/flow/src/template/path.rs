//! Paths to variables, as they stand in expressions: `context.items[0].name`. They name what was missing, and a
//! template that is nothing but one is looked up without running it.

use std::fmt;

use minijinja::value::Value;

use super::ROOTS;

/// A root and the steps from it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path {
    pub(crate) root: &'static str,
    pub(crate) steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

impl Path {
    /// The value there, if there is one.
    pub(super) fn find(&self, root: &Value) -> Option<Value> {
        let found = self.steps.iter().try_fold(root.clone(), |value, step| match step {
            Step::Key(key) => value.get_attr(key),
            Step::Index(index) => value.get_item_by_index(*index),
        });
        found.ok().filter(|value| !value.is_undefined() && !value.is_none())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.root)?;
        self.steps.iter().try_for_each(|step| match step {
            Step::Key(key) if key.chars().all(is_of_name) => write!(f, ".{key}"),
            Step::Key(key) => write!(f, "[{key:?}]"),
            Step::Index(index) => write!(f, "[{index}]"),
        })
    }
}

/// The path that an expression is, if it is nothing else. A `-` beside the braces takes white space away; any other
/// is a minus.
pub(super) fn only(expression: &str) -> Option<Path> {
    let expression = expression.strip_prefix('-').unwrap_or(expression);
    let expression = expression.strip_suffix('-').unwrap_or(expression);
    let (path, rest) = read(expression.trim())?;
    rest.is_empty().then_some(path)
}

/// The paths in an expression: names that begin with a root, outside of quotes, and not themselves a part of a path or
/// the name of a filter.
pub(super) fn all(expression: &str) -> Vec<Path> {
    let mut found = Vec::new();
    let mut rest = expression;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        if c == '"' || c == '\'' {
            rest = after_quote(rest);
            before = c;
            continue;
        }
        if is_of_name(c) && !is_of_name(before) {
            let end = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
            let is_part = before == '.' || before == '|';
            match read(rest).filter(|_| !is_part) {
                Some((path, after)) => {
                    found.push(path);
                    rest = after;
                }
                None => rest = &rest[end..],
            }
            before = 'x';
            continue;
        }
        if !c.is_whitespace() {
            before = c;
        } else if before != '.' && before != '|' {
            before = ' ';
        }
        rest = &rest[c.len_utf8()..];
    }
    found
}

/// The path at the beginning of a text, as far as it is plain, and what follows.
fn read(text: &str) -> Option<(Path, &str)> {
    let (name, mut rest) = name(text)?;
    let root = ROOTS.into_iter().find(|root| *root == name)?;
    let mut steps = Vec::new();
    while let Some((step, after)) = step(rest) {
        steps.push(step);
        rest = after;
    }
    Some((Path { root, steps }, rest))
}

fn step(text: &str) -> Option<(Step, &str)> {
    if let Some(rest) = text.strip_prefix('.') {
        let (name, rest) = name(rest)?;
        return Some((Step::Key(name.to_owned()), rest));
    }
    let inside = text.strip_prefix('[')?;
    if let Some(quote) = inside.chars().next().filter(|c| ['"', '\''].contains(c)) {
        let (key, rest) = inside[1..].split_once(quote)?;
        let rest = rest.strip_prefix(']').filter(|_| !key.contains('\\'))?;
        return Some((Step::Key(key.to_owned()), rest));
    }
    let (index, rest) = inside.split_once(']')?;
    let plain = index.bytes().all(|b| b.is_ascii_digit());
    Some((Step::Index(index.parse().ok().filter(|_| plain)?), rest))
}

/// A name at the beginning of a text, and what follows.
fn name(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c| !is_of_name(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    (!name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit())).then_some((name, rest))
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// What follows a quoted text.
fn after_quote(text: &str) -> &str {
    let mut characters = text.chars();
    let quote = characters.next();
    while let Some(c) = characters.next() {
        if c == '\\' {
            characters.next();
        } else if Some(c) == quote {
            break;
        }
    }
    characters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_in_expressions() {
        for (expression, paths) in [
            ("context.cart_id", &["context.cart_id"][..]),
            (" context.items[0].name | upper ", &["context.items[0].name"]),
            ("context['first name']", &[r#"context["first name"]"#]),
            ("vars.a ~ 'context.b' ~ contact.c", &["vars.a", "contact.c"]),
            (r#"input.text|replace("\"vars.x", vars.y)"#, &["input.text", "vars.y"]),
            ("context[vars.key].name", &["context", "vars.key"]),
            ("context.vars.input", &["context.vars.input"]),
            ("context . vars", &["context"]),
            ("{'a': context}.a", &["context"]),
            ("contexts.a + subcontext.b", &[]),
            ("context.list[-1]", &["context.list"]),
            ("", &[]),
        ] {
            let found: Vec<String> = all(expression).iter().map(Path::to_string).collect();
            assert_eq!(found, paths, "{expression}");
        }
    }

    #[test]
    fn an_expression_may_be_a_path_and_nothing_else() {
        for expression in [" context.a ", "vars.list[12]", "context['a b'].c", "-input.text-"] {
            assert!(only(expression).is_some(), "{expression}");
        }
        for expression in [
            "context.a|upper",
            " -context.a ",
            "--context.a",
            "context.a + 1",
            "context[vars.x]",
            "x.y",
            "'context.a'",
            "context.a()",
        ] {
            assert_eq!(only(expression), None, "{expression}");
        }
    }
}
