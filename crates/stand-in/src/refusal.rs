//! What the provider refuses by itself, and the shape of its errors (page: support/error-codes).

use serde_json::{Value, json};

use crate::Answer;

/// A text message's body, in characters (page: messages/text-messages).
const MAX_TEXT_CHARS: usize = 4_096;
/// Reply buttons (page: messages/interactive-reply-buttons-messages).
const MAX_BUTTONS: usize = 3;
/// Rows of a list (page: messages/interactive-list-messages).
const MAX_ROWS: usize = 10;

/// The body of a refusal.
pub(crate) fn error(status: u16, code: i64, message: &str) -> Value {
    let kind = if status == 401 { "OAuthException" } else { "GraphMethodException" };
    json!({
        "error": {
            "message": message,
            "type": kind,
            "code": code,
            "error_data": {"messaging_product": "whatsapp", "details": message},
            "fbtrace_id": "A-stand-in",
        }
    })
}

/// Why the provider would not take this request; `None` if it would. A subset of its checks: those that a
/// mistake of ours would run into.
pub(crate) fn refusal(token: &str, body: &Value) -> Option<Answer> {
    if token.is_empty() {
        return Some(Answer::refuse(401, 190, "Invalid OAuth access token."));
    }
    check(body).err().map(|(code, message)| Answer::Refuse { status: 400, code, message })
}

type Checked = Result<(), (i64, String)>;

fn check(body: &Value) -> Checked {
    if !body.is_object() {
        return Err((100, "(#100) The body must be a JSON object.".into()));
    }
    if text(body, "/messaging_product") != "whatsapp" {
        return Err((100, "(#100) The parameter messaging_product is required.".into()));
    }
    if text(body, "/status") == "read" {
        return required(body, "/message_id");
    }
    if text(body, "/to").is_empty() && text(body, "/recipient").is_empty() {
        return Err((100, "(#100) The parameter to is required.".into()));
    }
    match text(body, "/type") {
        "" => Err((100, "(#100) The parameter type is required.".into())),
        "text" => {
            required(body, "/text/body")?;
            at_most("text.body", text(body, "/text/body").chars().count(), MAX_TEXT_CHARS)
        }
        "interactive" => interactive(body),
        "template" => {
            required(body, "/template/name")?;
            required(body, "/template/language/code")
        }
        kind if body.get(kind).is_some_and(Value::is_object) => Ok(()),
        kind => Err((131_008, format!("(#131008) Required parameter is missing: {kind}"))),
    }
}

fn interactive(body: &Value) -> Checked {
    required(body, "/interactive/body/text")?;
    match text(body, "/interactive/type") {
        "button" => {
            let buttons = list(body, "/interactive/action/buttons");
            some("interactive.action.buttons", buttons.len())?;
            at_most("interactive.action.buttons", buttons.len(), MAX_BUTTONS)?;
            buttons.iter().try_for_each(|button| {
                required(button, "/reply/id")?;
                required(button, "/reply/title")
            })
        }
        "list" => {
            required(body, "/interactive/action/button")?;
            let sections = list(body, "/interactive/action/sections");
            let rows: Vec<_> = sections.iter().flat_map(|section| list(section, "/rows")).collect();
            some("interactive.action.sections", rows.len())?;
            at_most("interactive.action.sections", rows.len(), MAX_ROWS)?;
            rows.iter().try_for_each(|row| {
                required(row, "/id")?;
                required(row, "/title")
            })
        }
        _ => Err((131_009, "(#131009) Parameter value is not valid: interactive.type".into())),
    }
}

fn required(value: &Value, pointer: &str) -> Checked {
    if text(value, pointer).trim().is_empty() {
        let name = pointer.trim_start_matches('/').replace('/', ".");
        return Err((131_008, format!("(#131008) Required parameter is missing: {name}")));
    }
    Ok(())
}

fn some(name: &str, count: usize) -> Checked {
    if count == 0 {
        return Err((131_008, format!("(#131008) Required parameter is missing: {name}")));
    }
    Ok(())
}

fn at_most(name: &str, count: usize, most: usize) -> Checked {
    if count > most {
        let message = format!("(#131009) Parameter value is not valid: {name}: at most {most}");
        return Err((131_009, message));
    }
    Ok(())
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: Value) -> Option<i64> {
        match refusal("token", &body) {
            Some(Answer::Refuse { status: 400, code, .. }) => Some(code),
            None => None,
            other => panic!("{other:?}"),
        }
    }

    fn message(kind: &str, part: Value) -> Value {
        json!({"messaging_product": "whatsapp", "to": "+1", "type": kind, kind: part})
    }

    #[test]
    fn what_lacks_something_is_refused_with_the_providers_code() {
        assert_eq!(code(Value::Null), Some(100));
        assert_eq!(code(json!({"to": "+1", "type": "text", "text": {"body": "a"}})), Some(100));
        let mut whole = message("text", json!({"body": "a"}));
        assert_eq!(code(whole.clone()), None);
        for field in ["to", "type"] {
            let taken = whole[field].take();
            assert_eq!(code(whole.clone()), Some(100), "{field}");
            whole[field] = taken;
        }
        assert_eq!(code(message("text", json!({"body": " "}))), Some(131_008));
        assert_eq!(code(message("text", json!({"body": "a".repeat(4_097)}))), Some(131_009));
        assert_eq!(code(message("template", json!({"name": "cart"}))), Some(131_008));
        assert_eq!(code(message("image", Value::Null)), Some(131_008));
    }

    #[test]
    fn buttons_and_rows_are_counted() {
        let button = json!({"type": "reply", "reply": {"id": "a", "title": "A"}});
        let buttons = |count| {
            let buttons = vec![button.clone(); count];
            let action = json!({"buttons": buttons});
            message(
                "interactive",
                json!({"type": "button", "body": {"text": "t"}, "action": action}),
            )
        };
        assert_eq!(
            [0, 1, 3, 4].map(|n| code(buttons(n))),
            [Some(131_008), None, None, Some(131_009)]
        );
        let row = json!({"id": "a", "title": "A"});
        let rows = |count| {
            let action =
                json!({"button": "Show", "sections": [{"rows": vec![row.clone(); count]}]});
            message("interactive", json!({"type": "list", "body": {"text": "t"}, "action": action}))
        };
        assert_eq!([0, 10, 11].map(|n| code(rows(n))), [Some(131_008), None, Some(131_009)]);
    }
}
