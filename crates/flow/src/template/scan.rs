//! Two questions about a template's source that minijinja does not answer: is it one expression, and does it
//! multiply.

/// Whether the source is a single `{{ … }}`, with at most white space around it.
pub(super) fn is_one_expression(source: &str) -> bool {
    let source = source.trim();
    source.starts_with("{{")
        && source.ends_with("}}")
        && source.matches("{{").count() == 1
        && source.matches("}}").count() == 1
}

/// Whether an expression has a `*` outside its quotes. minijinja repeats texts and lists with it, up to a hundred
/// million times in one instruction: neither fuel nor the output limit would stop that.
pub(super) fn multiplies(source: &str) -> bool {
    let mut rest = source;
    while let Some(start) = rest.find("{{") {
        let mut quote = None;
        let mut end = rest.len();
        let mut characters = rest[start + 2..].char_indices();
        while let Some((at, c)) = characters.next() {
            match (quote, c) {
                (Some(_), '\\') => drop(characters.next()),
                (Some(open), c) if open == c => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(c),
                (None, '*') => return true,
                (None, '}') if rest[start + 2 + at..].starts_with("}}") => {
                    end = start + 2 + at + 2;
                    break;
                }
                (None, _) => {}
            }
        }
        rest = &rest[end..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_expression_is_told_from_text_with_expressions() {
        for source in ["{{ x }}", " {{x|default('a')}}\n", "{{-x-}}"] {
            assert!(is_one_expression(source), "{source}");
        }
        for source in ["", "x", "{{ x }}!", "{{ x }}{{ y }}", "{{ x", "{{}} {{}}"] {
            assert!(!is_one_expression(source), "{source}");
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
        ] {
            assert!(multiplies(source), "{source}");
        }
        for source in [
            "*bold* {{ x }} *bold*",
            "{{ '*' }}",
            r#"{{ "\"*" }}"#,
            "{{ x",
            "{{",
            "*",
            "{{ 'é*' ~ x }} *",
        ] {
            assert!(!multiplies(source), "{source}");
        }
    }
}
