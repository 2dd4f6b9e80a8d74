//! Messages as a terminal shows them: buttons and rows are numbered, since a person types the number of one.

use flow::{Reply, ReplyKind};
use serde_json::Value;

use crate::json;

/// A message in lines. What can be tapped is added to `taps`, and numbered from there.
pub(crate) fn message(message: &Value, taps: &mut Vec<Reply>) -> String {
    let Some(fields) = message.as_object() else {
        return message.as_str().unwrap_or_default().to_owned();
    };
    let mut lines = Vec::new();
    if message["type"] == "template" {
        lines.push(template(message));
    }
    lines.extend(text(message, "header").map(|header| format!("[{header}]")));
    lines.extend(text(message, "text").map(str::to_owned));
    lines.extend(text(message, "footer").map(|footer| format!("({footer})")));
    for button in message["buttons"].as_array().into_iter().flatten() {
        lines.push(tap(button, ReplyKind::Button, taps));
    }
    lines.extend(text(message, "button").map(|button| format!("[{button}]")));
    for section in message["sections"].as_array().into_iter().flatten() {
        lines.extend(text(section, "title").map(|title| format!(" {title}")));
        for row in section["rows"].as_array().into_iter().flatten() {
            lines.push(tap(row, ReplyKind::List, taps));
        }
    }
    let known = [
        "type",
        "header",
        "text",
        "footer",
        "buttons",
        "button",
        "sections",
        "name",
        "language",
        "variables",
    ];
    let others = fields.iter().filter(|(name, _)| !known.contains(&name.as_str()));
    lines.extend(others.map(|(name, value)| format!("{name}: {}", json::line(value))));
    lines.join("\n")
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value[name].as_str()
}

fn template(message: &Value) -> String {
    let (name, language) = (text(message, "name"), text(message, "language"));
    let variables = match &message["variables"] {
        Value::Null => String::new(),
        variables => format!(" {}", json::line(variables)),
    };
    format!("template {} ({}){variables}", name.unwrap_or_default(), language.unwrap_or_default())
}

fn tap(choice: &Value, kind: ReplyKind, taps: &mut Vec<Reply>) -> String {
    let title = text(choice, "title").unwrap_or_default();
    let reply = Reply::button(text(choice, "id").unwrap_or_default(), title);
    taps.push(Reply { kind, ..reply });
    let description = text(choice, "description").map(|text| format!(" — {text}"));
    format!("  {}. {title}{}", taps.len(), description.unwrap_or_default())
}
