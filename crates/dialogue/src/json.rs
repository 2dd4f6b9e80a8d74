//! JSON as a person would lay it out: what fits on a line stays on one.

use serde_json::Value;

/// The longest line that several values share, in characters.
const WIDTH: usize = 110;

/// Lays out a value, with a line break at its end.
pub(crate) fn lay_out(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, 0, &mut text);
    text.push('\n');
    text
}

/// One line, with spaces between what it holds.
pub(crate) fn line(value: &Value) -> String {
    match value {
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(line).collect::<Vec<_>>().join(", "))
        }
        Value::Object(fields) => {
            let field =
                |(name, value): (&String, &Value)| format!("{}: {}", quoted(name), line(value));
            format!("{{ {} }}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// `before` is what stands on the line already.
fn write(value: &Value, depth: usize, before: usize, text: &mut String) {
    let whole = line(value);
    let is_empty = matches!(whole.as_str(), "[]" | "{}");
    if is_empty || !(value.is_array() || value.is_object()) || fits(depth, before, &whole) {
        text.push_str(&whole);
        return;
    }
    let (open, close, items): (_, _, Vec<(String, &Value)>) = match value {
        Value::Object(fields) => {
            let items = fields.iter();
            ('{', '}', items.map(|(name, value)| (format!("{}: ", quoted(name)), value)).collect())
        }
        _ => {
            let items = value.as_array().into_iter().flatten();
            ('[', ']', items.map(|item| (String::new(), item)).collect())
        }
    };
    text.push(open);
    for (at, (name, item)) in items.iter().enumerate() {
        text.push_str(if at == 0 { "\n" } else { ",\n" });
        text.push_str(&"  ".repeat(depth + 1));
        text.push_str(name);
        write(item, depth + 1, name.chars().count(), text);
    }
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
    text.push(close);
}

/// The outermost value is always opened.
fn fits(depth: usize, before: usize, whole: &str) -> bool {
    depth > 0 && 2 * depth + before + whole.chars().count() < WIDTH
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_fits_on_a_line_stays_on_one_and_nothing_is_lost() {
        let long = "x".repeat(100);
        let value = json!({"a": [1, {"b": "ü\"\n"}], "none": [], "long": [long, {"c": {}}]});
        let text = lay_out(&value);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        assert_eq!(
            text,
            format!(
                "{{\n  \"a\": [1, {{ \"b\": \"ü\\\"\\n\" }}],\n  \"none\": [],\n  \"long\": [\n    \
                 \"{long}\",\n    {{ \"c\": {{}} }}\n  ]\n}}\n"
            )
        );
    }
}
