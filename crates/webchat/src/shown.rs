//! What a visitor sees of a conversation: what was said, and nothing of how.

use conversation::{Body, Message};
use flow::{Button, Content, Section, Variables};
use serde::Serialize;
use uuid::Uuid;

/// A message, as the visitor's browser shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MessageView {
    /// Which. What a stream and a history go on after.
    pub id: Uuid,
    /// `inbound`: the visitor's; `outbound`: a workflow's, or a person's of the team.
    pub direction: &'static str,
    /// When.
    pub at: String,
    /// Of a visitor's message: the id that its browser gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// What was said.
    #[serde(flatten)]
    pub shown: Shown,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Shown {
    /// Words.
    Text {
        /// Plain text.
        text: String,
    },
    /// Words with buttons.
    Buttons {
        /// Plain text.
        text: String,
        /// A line above it.
        #[serde(skip_serializing_if = "Option::is_none")]
        header: Option<String>,
        /// A line below it.
        #[serde(skip_serializing_if = "Option::is_none")]
        footer: Option<String>,
        /// What can be pressed: `id` is the payload to send.
        buttons: Vec<Button>,
    },
    /// Words with a list that opens.
    List {
        /// Plain text.
        text: String,
        /// A line above it.
        #[serde(skip_serializing_if = "Option::is_none")]
        header: Option<String>,
        /// A line below it.
        #[serde(skip_serializing_if = "Option::is_none")]
        footer: Option<String>,
        /// What opens it.
        button: String,
        /// What can be chosen: the `id` of a row is the payload to send.
        sections: Vec<Section>,
    },
    /// A picture, a film, a recording or a file.
    Media {
        /// `image`, `video`, `audio` or `document`.
        kind: &'static str,
        /// Where it is.
        url: String,
        /// Words beside it.
        #[serde(skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
        /// What a document is called.
        #[serde(skip_serializing_if = "Option::is_none")]
        filename: Option<String>,
    },
}

impl MessageView {
    /// A message of a log.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        let (direction, client_id, shown) = match &message.body {
            Body::Inbound { .. } => {
                let text = message.words().unwrap_or_default().to_owned();
                ("inbound", message.provider_id.clone(), Shown::Text { text })
            }
            Body::Outbound { content } => ("outbound", None, shown(content.clone())),
        };
        Self { id: message.id, direction, at: message.at.to_iso(), client_id, shown }
    }
}

fn shown(content: Content) -> Shown {
    match content {
        Content::Text { text } => Shown::Text { text },
        Content::Buttons { text, header, footer, buttons } => {
            Shown::Buttons { text, header, footer, buttons }
        }
        Content::List { text, header, footer, button, sections } => {
            Shown::List { text, header, footer, button, sections }
        }
        Content::Media { kind, url, caption, filename } => {
            Shown::Media { kind: kind.name(), url, caption, filename }
        }
        Content::Template { name, variables, buttons, .. } => {
            let text = template_text(&name, variables);
            match buttons.is_empty() {
                true => Shown::Text { text },
                false => Shown::Buttons { text, header: None, footer: None, buttons },
            }
        }
    }
}

/// The words of an approved template are WhatsApp's: what is left of it here is its name, and what it was filled with.
fn template_text(name: &str, variables: Variables) -> String {
    let filled: Vec<String> = match variables {
        Variables::Positional(values) => values,
        Variables::Named(values) => values.into_values().collect(),
    };
    let name = name.replace('_', " ");
    match filled.is_empty() {
        true => name,
        false => format!("{name}: {}", filled.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use conversation::{EventId, MessageError, MessageStatus};
    use flow::{MediaKind, Row, Timestamp};
    use serde_json::{Value, json};

    use super::*;

    fn view(body: Body) -> Value {
        let message = Message {
            id: Uuid::from_u128(7),
            sequence: 3,
            at: Timestamp(1_800_000_000_000),
            body,
            status: MessageStatus::Failed,
            provider_id: Some("3f0a5d1c".to_owned()),
            request: Some(EventId::of("console", "secret")),
            reply_to: None,
            resent_as: None,
            outside_window: None,
            error: Some(MessageError { code: "1".to_owned(), message: "secret".to_owned() }),
            session: Some(Uuid::from_u128(9)),
        };
        serde_json::to_value(MessageView::of(&message)).unwrap()
    }

    fn said(content: Content) -> Value {
        let mut view = view(Body::Outbound { content });
        let frame = json!({"id": Uuid::from_u128(7), "direction": "outbound", "at": "2027-01-15T08:00:00.000Z"});
        let fields = view.as_object_mut().unwrap();
        for (name, value) in frame.as_object().unwrap() {
            assert_eq!(fields.shift_remove(name).as_ref(), Some(value), "{name}");
        }
        view
    }

    #[test]
    fn of_a_visitors_message_its_words_and_ids_are_shown_and_nothing_else() {
        let content = json!({"type": "button_reply", "button_reply": {"id": "y", "title": "Yes"}});
        let view = view(Body::Inbound { kind: "interactive".to_owned(), content });
        let expected = json!({
            "id": Uuid::from_u128(7), "direction": "inbound", "at": "2027-01-15T08:00:00.000Z",
            "client_id": "3f0a5d1c", "type": "text", "text": "Yes",
        });
        assert_eq!(view, expected);
    }

    #[test]
    fn each_content_is_shown_as_it_was_said() {
        let button = || Button { id: "y".to_owned(), title: "Yes".to_owned() };
        let row = Row { id: "r".to_owned(), title: "Row".to_owned(), description: None };
        let text = || "Well?".to_owned();
        assert_eq!(said(Content::Text { text: text() }), json!({"type": "text", "text": "Well?"}));
        let (header, footer) = (Some("Top".to_owned()), None);
        let buttons = Content::Buttons { text: text(), header, footer, buttons: vec![button()] };
        let expected = json!({
            "type": "buttons", "text": "Well?", "header": "Top", "buttons": [{"id": "y", "title": "Yes"}],
        });
        assert_eq!(said(buttons), expected);
        let sections = vec![Section { title: None, rows: vec![row] }];
        let (header, footer, open) = (None, Some("End".to_owned()), "Open".to_owned());
        let list = Content::List { text: text(), header, footer, button: open, sections };
        let expected = json!({
            "type": "list", "text": "Well?", "footer": "End", "button": "Open",
            "sections": [{"rows": [{"id": "r", "title": "Row"}]}],
        });
        assert_eq!(said(list), expected);
        let (kind, url) = (MediaKind::Image, "https://cdn.example/a.png".to_owned());
        let media = Content::Media { kind, url, caption: Some(text()), filename: None };
        let expected = json!({
            "type": "media", "kind": "image", "url": "https://cdn.example/a.png", "caption": "Well?",
        });
        assert_eq!(said(media), expected);
    }

    #[test]
    fn of_a_template_its_name_what_fills_it_and_its_buttons_are_shown() {
        let template = |variables, buttons| Content::Template {
            name: "cart_reminder".to_owned(),
            language: "en".to_owned(),
            variables,
            buttons,
        };
        let plain = said(template(Variables::default(), Vec::new()));
        assert_eq!(plain, json!({"type": "text", "text": "cart reminder"}));
        let values = Variables::Positional(vec!["Ana".to_owned(), "12".to_owned()]);
        let button = Button { id: "y".to_owned(), title: "Yes".to_owned() };
        let filled = said(template(values, vec![button]));
        let expected = json!({
            "type": "buttons", "text": "cart reminder: Ana, 12", "buttons": [{"id": "y", "title": "Yes"}],
        });
        assert_eq!(filled, expected);
    }
}
