//! One request as it was received, and how a person reads it.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How much of a text [`SentMessage`]'s `Display` shows, in characters.
const SHOWN_CHARS: usize = 160;

/// A request to `POST /v24.0/{account}/messages`, whatever the answer was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentMessage {
    /// The order of arrival, from 1; goes on over restarts where there is a record file.
    pub number: u64,
    /// When it arrived, in milliseconds since 1970.
    pub at: u64,
    /// The phone number id of the path.
    pub account: String,
    /// What follows `Bearer`; empty where there was none.
    pub token: String,
    /// The body; `null` where it was no JSON.
    pub body: Value,
    /// The message id (`wamid.…`), if the provider has the message, which it may without having answered.
    pub id: Option<String>,
    /// The status of the answer; `None` where none is given.
    pub status: Option<u16>,
}

impl SentMessage {
    /// Whom it is for: `to`, else `recipient` (a business-scoped user id); empty if neither.
    pub fn to(&self) -> &str {
        let recipient = self.text_at("/to").or_else(|| self.text_at("/recipient"));
        recipient.unwrap_or_default()
    }

    /// The provider's name of the type: `text`, `interactive`, `template`; empty if there is none.
    pub fn kind(&self) -> &str {
        self.text_at("/type").unwrap_or_default()
    }

    /// What the contact reads: the text, an interactive message's body; of a template, its name.
    pub fn text(&self) -> &str {
        ["/text/body", "/interactive/body/text", "/template/name"]
            .into_iter()
            .find_map(|pointer| self.text_at(pointer))
            .unwrap_or_default()
    }

    /// `biz_opaque_callback_data`, which the message's statuses must carry back.
    pub fn callback_data(&self) -> Option<&str> {
        self.text_at("/biz_opaque_callback_data")
    }

    /// What a tap returns, and what is to be tapped: buttons and list rows; of a template only the payloads.
    pub fn choices(&self) -> Vec<(&str, &str)> {
        let buttons = self.list_at("/interactive/action/buttons");
        let buttons =
            buttons.map(|button| (text(button, "/reply/id"), text(button, "/reply/title")));
        let sections = self.list_at("/interactive/action/sections");
        let rows = sections.flat_map(|section| list(section, "/rows"));
        let rows = rows.map(|row| (text(row, "/id"), text(row, "/title")));
        let components = self.list_at("/template/components");
        let quick_replies = components.filter(|part| text(part, "/type") == "button");
        let quick_replies = quick_replies.map(|button| (text(button, "/parameters/0/payload"), ""));
        buttons.chain(rows).chain(quick_replies).collect()
    }

    /// The texts that fill a template's places.
    pub fn parameters(&self) -> Vec<&str> {
        self.list_at("/template/components")
            .filter(|part| text(part, "/type") == "body")
            .flat_map(|part| list(part, "/parameters"))
            .map(|parameter| text(parameter, "/text"))
            .collect()
    }

    fn text_at(&self, pointer: &str) -> Option<&str> {
        self.body.pointer(pointer)?.as_str()
    }

    fn list_at(&self, pointer: &str) -> impl Iterator<Item = &Value> {
        list(&self.body, pointer)
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

/// One line: `→ +14155550123 [button] Finish your order? (yes: Yes | no: No)`.
impl fmt::Display for SentMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.text_at("/interactive/type").unwrap_or(self.kind());
        write!(f, "→ {} [{}] {}", shown(self.to()), shown(kind), shown(self.text()))?;
        let parameters = self.parameters();
        if !parameters.is_empty() {
            write!(f, " {{{}}}", shown(&parameters.join(" | ")))?;
        }
        let choices: Vec<String> = self
            .choices()
            .into_iter()
            .map(|(id, title)| if title.is_empty() { id.into() } else { format!("{id}: {title}") })
            .collect();
        if !choices.is_empty() {
            write!(f, " ({})", shown(&choices.join(" | ")))?;
        }
        match self.status {
            Some(200) => Ok(()),
            Some(status) => write!(f, " - refused with {status}"),
            None => write!(f, " - not answered"),
        }
    }
}

/// On one line, without what would steer a terminal, and not endless.
fn shown(text: &str) -> String {
    let mut line: String = text
        .chars()
        .take(SHOWN_CHARS)
        .map(|char| if char.is_control() { ' ' } else { char })
        .collect();
    if text.chars().nth(SHOWN_CHARS).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sent(body: Value) -> SentMessage {
        SentMessage {
            number: 1,
            at: 0,
            account: "1".into(),
            token: "t".into(),
            body,
            id: Some("wamid.1".into()),
            status: Some(200),
        }
    }

    #[test]
    fn buttons_are_shown_with_what_a_tap_returns() {
        let reply = |id, title| json!({"type": "reply", "reply": {"id": id, "title": title}});
        let message = sent(json!({
            "to": "+14155550123",
            "type": "interactive",
            "interactive": {
                "type": "button",
                "body": {"text": "Finish\nyour order?"},
                "action": {"buttons": [reply("yes", "Yes"), reply("no", "No")]},
            },
        }));
        assert_eq!(
            message.to_string(),
            "→ +14155550123 [button] Finish your order? (yes: Yes | no: No)"
        );
    }

    #[test]
    fn lists_and_templates_are_shown_with_their_ids() {
        let list = sent(json!({
            "to": "+1",
            "type": "interactive",
            "interactive": {
                "type": "list",
                "body": {"text": "Which?"},
                "action": {"button": "Show", "sections": [{"rows": [{"id": "post", "title": "Post"}]}]},
            },
        }));
        assert_eq!(list.to_string(), "→ +1 [list] Which? (post: Post)");
        let template = sent(json!({
            "recipient": "US.1",
            "type": "template",
            "template": {
                "name": "cart",
                "language": {"code": "en"},
                "components": [
                    {"type": "body", "parameters": [{"type": "text", "text": "Ana"}]},
                    {"type": "button", "parameters": [{"type": "payload", "payload": "finish"}]},
                ],
            },
        }));
        assert_eq!(template.to_string(), "→ US.1 [template] cart {Ana} (finish)");
    }

    #[test]
    fn a_long_text_is_cut_and_nothing_steers_the_terminal() {
        let long = "é".repeat(SHOWN_CHARS + 1);
        let message = sent(json!({"to": "\u{1b}[2J", "type": "text", "text": {"body": long}}));
        let line = message.to_string();
        assert!(line.ends_with('…') && !line.contains('\u{1b}'), "{line}");
    }

    #[test]
    fn what_was_not_accepted_says_so() {
        let mut message = sent(json!({"to": "+1", "type": "text", "text": {"body": "a"}}));
        message.status = Some(401);
        assert_eq!(message.to_string(), "→ +1 [text] a - refused with 401");
        message.status = None;
        assert_eq!(message.to_string(), "→ +1 [text] a - not answered");
    }
}
