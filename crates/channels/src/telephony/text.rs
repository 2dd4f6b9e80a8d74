//! One inbound text message (page: messaging/guides/webhook-request).

use flow::{Reply, ReplyKind};
use serde_json::{Value, json};

use super::form::{text, value};

/// Files in one message that are read: what Twilio sends at most (page: messaging/guides/accepted-mime-types).
const MAX_MEDIA: usize = 10;

/// A text message from a contact.
#[derive(Debug, Clone, PartialEq)]
pub struct TextMessage {
    /// Twilio's id (`SM…`, `MM…`): what a redelivery is known by.
    pub sid: String,
    /// Who sent it: E.164, or a short code.
    pub from: String,
    /// Our number.
    pub to: String,
    /// `text`, `image`, `audio`, `video` or `document`, by the first file.
    pub kind: String,
    /// As the polling lists show it: `{body}`, or `{url, mime_type, caption?}` of the first file, where there are several
    /// with all of them as `media: [{url, mime_type}]`.
    pub content: Value,
    /// What a workflow sees of it.
    pub reply: Reply,
}

impl TextMessage {
    /// Reads a webhook's parameters. `None`: it is no message of a contact, for it has no `MessageSid` (or `SmsSid`) or
    /// nobody sent it, or it is the status of one of ours.
    #[must_use]
    pub fn read(params: &[(String, String)]) -> Option<Self> {
        if value(params, "MessageStatus").is_some_and(|status| !status.starts_with("receiv")) {
            return None;
        }
        let sid = value(params, "MessageSid").or_else(|| value(params, "SmsSid"))?;
        let from = value(params, "From")?;
        let body = text(params, "Body");
        let media = media(params);
        let (kind, content, reply) = match media.first() {
            None => ("text", json!({"body": body}), Reply::text(body)),
            Some((url, mime_type)) => {
                let (kind, name) = kind(mime_type);
                let content = content(&media, url, mime_type, &body);
                let url = Some((*url).into());
                (name, content, Reply { kind, text: body, url, ..Reply::default() })
            }
        };
        let (sid, from, kind) = (sid.into(), from.into(), kind.into());
        Some(Self { sid, from, to: text(params, "To"), kind, content, reply })
    }
}

/// The address and the type of each file.
fn media(params: &[(String, String)]) -> Vec<(&str, &str)> {
    let count = value(params, "NumMedia").and_then(|count| count.parse().ok()).unwrap_or(0);
    (0..MAX_MEDIA.min(count))
        .filter_map(|at| {
            let url = value(params, &format!("MediaUrl{at}"))?;
            let mime_type = value(params, &format!("MediaContentType{at}"));
            Some((url, mime_type.unwrap_or("application/octet-stream")))
        })
        .collect()
}

fn content(media: &[(&str, &str)], url: &str, mime_type: &str, caption: &str) -> Value {
    let mut content = json!({"url": url, "mime_type": mime_type});
    if !caption.is_empty() {
        content["caption"] = caption.into();
    }
    if media.len() > 1 {
        let file = |(url, mime_type): &(&str, &str)| json!({"url": url, "mime_type": mime_type});
        content["media"] = media.iter().map(file).collect();
    }
    content
}

fn kind(mime_type: &str) -> (ReplyKind, &'static str) {
    match mime_type.split('/').next() {
        Some("image") => (ReplyKind::Image, "image"),
        Some("audio") => (ReplyKind::Audio, "audio"),
        Some("video") => (ReplyKind::Video, "video"),
        _ => (ReplyKind::Document, "document"),
    }
}
