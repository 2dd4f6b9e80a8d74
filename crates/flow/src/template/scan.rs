//! What minijinja does not guard against, found in a template's source before minijinja sees it: an abort in one
//! request ends all others of the instance.

use super::filters;
use crate::limits::{MAX_EXPRESSION_BRACKETS, MAX_EXPRESSION_CHARS};

/// What stands between `{{` and `}}`, found as minijinja's lexer does: the end does not count within quotes and
/// brackets.
pub(super) struct Expression<'a> {
    pub(super) text: &'a str,
    multiplies: bool,
    /// What follows each `|`.
    filters: Vec<&'a str>,
    /// How deep its brackets are nested.
    depth: isize,
}

/// Why a template may not be compiled.
pub(super) fn refusal(source: &str) -> Option<String> {
    if source.contains(['\u{FDD0}', '\u{FDD1}']) {
        return Some("the characters U+FDD0 and U+FDD1 are not for use in texts".to_owned());
    }
    for Expression { text, multiplies, filters, depth } in expressions(source).0 {
        // Texts and lists are repeated with it, up to a hundred million times in one instruction: neither fuel nor
        // the output limit would stop that.
        if multiplies {
            let advice = "compute the product before it is handed to the workflow";
            return Some(format!("`*` is not available here: {advice}"));
        }
        // minijinja walks brackets, and chains such as `a.b.c` and `a~b~c`, recursively: a hundred brackets, or
        // thousands of links, overflow the stack.
        if depth > MAX_EXPRESSION_BRACKETS {
            return Some(format!("brackets may be nested {MAX_EXPRESSION_BRACKETS} deep"));
        }
        if text.chars().count() > MAX_EXPRESSION_CHARS {
            return Some(format!("an expression may have {MAX_EXPRESSION_CHARS} characters"));
        }
        if let Some(unknown) = filters.into_iter().find_map(unknown_filter) {
            let known = filters::NAMES.join(", ");
            return Some(format!("no filter `{unknown}`; there are {known}"));
        }
    }
    None
}

/// The name at the beginning of a text, if no filter has it. (minijinja finds that out only where it comes to it.)
fn unknown_filter(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let name = &text[..end];
    (!name.is_empty() && !filters::NAMES.contains(&name)).then_some(name)
}

/// The expression that the source is, with at most white space around it.
pub(super) fn only_expression(source: &str) -> Option<&str> {
    let (expressions, outside) = expressions(source);
    match &expressions[..] {
        [one] if outside.trim().is_empty() => Some(one.text),
        _ => None,
    }
}

/// The expressions of a source, and all the text outside them.
pub(super) fn expressions(source: &str) -> (Vec<Expression<'_>>, String) {
    let mut found = Vec::new();
    let mut outside = String::new();
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("{{") {
        outside.push_str(before);
        let (expression, end) = expression(after);
        found.push(expression);
        rest = &after[end..];
    }
    outside.push_str(rest);
    (found, outside)
}

/// The expression at the beginning of a text, and where the text goes on after its `}}`.
fn expression(text: &str) -> (Expression<'_>, usize) {
    let mut quote = None;
    let mut brackets = 0_isize;
    let mut expression = Expression { text, multiplies: false, filters: Vec::new(), depth: 0 };
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match (quote, c) {
            (Some(_), '\\') => drop(characters.next()),
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '*') => expression.multiplies = true,
            (None, '|') => expression.filters.push(&text[at + 1..]),
            (None, '}') if brackets == 0 && text[at..].starts_with("}}") => {
                return (Expression { text: &text[..at], ..expression }, at + 2);
            }
            (None, '(' | '[' | '{') => {
                brackets += 1;
                expression.depth = expression.depth.max(brackets);
            }
            (None, ')' | ']' | '}') => brackets -= 1,
            (None, _) => {}
        }
    }
    (expression, text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_expression_is_told_from_text_with_expressions() {
        for source in ["{{ x }}", " {{x|default('a}}')}}\n", "{{-x-}}", "{{ {'a': {'b': 1}} }}"] {
            assert!(only_expression(source).is_some(), "{source}");
        }
        for source in ["", "x", "{{ x }}!", "{{ x }}{{ y }}", "{{}} {{}}"] {
            assert!(only_expression(source).is_none(), "{source}");
        }
    }

    #[test]
    fn a_multiplication_is_found_outside_quotes_only() {
        for source in [
            "{{ 'x' * 9 }}",
            "{{ [1]*9 }}",
            "a * b {{ 2 ** 3 }}",
            "{{ '}}' * 9 }}",
            r#"{{ "\"" * 9 }}"#,
            "{{ [{'a': {}}, 'x' * 9] }}",
            "{{ ({'a': {'b': 1}})|length * 9 }}",
            "{{ x * 9",
        ] {
            assert!(refusal(source).is_some(), "{source}");
        }
        for source in [
            "*bold* {{ x }} *bold*",
            "{{ '*' }}",
            r#"{{ "\"*" }}"#,
            "{{ x",
            "{{",
            "*",
            "{{ 'é*' ~ x }} *",
            "{{ {'a': {}} }} *bold*",
        ] {
            assert_eq!(refusal(source), None, "{source}");
        }
    }

    #[test]
    fn an_expression_has_a_length_that_the_stack_can_take() {
        let chain = |links: usize| format!("Hi {{{{ x{} }}}}", ".a".repeat(links));
        assert_eq!(refusal(&chain(MAX_EXPRESSION_CHARS / 2 - 2)), None);
        assert!(refusal(&chain(MAX_EXPRESSION_CHARS / 2)).is_some());
        assert_eq!(refusal(&"{{ x }}".repeat(MAX_EXPRESSION_CHARS)), None);
        let nested =
            |depth: usize| format!("{{{{ {}x{} }}}}", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(refusal(&nested(20)), None);
        assert!(refusal(&nested(21)).is_some());
    }
}
