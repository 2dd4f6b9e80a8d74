//! The language model: any endpoint that speaks OpenAI's chat completions (`POST /v1/chat/completions`).

use channels::origin;
use conversation::{Body, Conversation, Message};
use flow::{AiRequest, Content, EffectResult, Label};
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};
use uuid::Uuid;

use super::failed;
use crate::Answer;

/// Seconds to the first byte of its answer: what a host allows at most.
pub(super) const SECONDS: u64 = 20;
/// Bytes of the messages before the input.
const MAX_HISTORY_BYTES: usize = 16 * 1024;
/// Characters of a provider's error that are kept.
const MAX_ERROR_CHARS: usize = 300;

/// The path where no other is configured.
pub(super) const PATH: &str = "/v1/chat/completions";
/// Where the words are in what a contact sent, whatever its type.
const WORDS: [&str; 5] = ["/body", "/text", "/caption", "/button_reply/title", "/list_reply/title"];

/// Where the language model is: the variables `llm_url`, `llm_path`, `llm_key`, `llm_model`.
pub(super) struct Model {
    /// An origin, such as `https://api.openai.com`.
    pub(super) url: String,
    /// The path, by default [`PATH`].
    pub(super) path: String,
    /// Sent as a bearer token; may be empty.
    pub(super) key: String,
    /// The model's name.
    pub(super) name: String,
}

impl Model {
    /// The request for a reply or a label. Parameters that some models refuse (`temperature`, `max_tokens`) are left
    /// out.
    pub(super) fn request(
        &self,
        wanted: &AiRequest,
        instructions: &str,
        conversation: &Conversation,
        id: Uuid,
    ) -> Result<Request<Vec<u8>>, EffectResult> {
        let origin = origin(&self.url)
            .ok_or_else(|| failed("not_configured", "llm_url is no origin like https://host"))?;
        let mut messages = vec![json!({"role": "system", "content": system(wanted, instructions)})];
        messages.extend(history(wanted, conversation));
        messages.push(json!({"role": "user", "content": wanted.input}));
        let body = json!({"model": self.name, "messages": messages});
        let mut request = Request::post(format!("{origin}{}", self.path))
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header("idempotency-key", id.to_string())
            .body(body.to_string().into_bytes())
            .map_err(|_| failed("not_configured", "llm_url and llm_path make no URL"))?;
        if !self.key.is_empty() {
            let mut bearer = HeaderValue::try_from(format!("Bearer {}", self.key))
                .map_err(|_| failed("not_configured", "llm_key cannot be sent as a header"))?;
            bearer.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, bearer);
        }
        Ok(request)
    }
}

fn system(wanted: &AiRequest, instructions: &str) -> String {
    let mut parts = vec![instructions.trim().to_owned()];
    parts.extend(wanted.prompt.clone());
    if !wanted.labels.is_empty() {
        let line = |label: &Label| match &label.description {
            Some(description) => format!("- {}: {description}", label.id),
            None => format!("- {}", label.id),
        };
        let labels: Vec<String> = wanted.labels.iter().map(line).collect();
        parts.push(format!(
            "Classify the user's message. Answer with exactly one of these labels and nothing else:\n{}",
            labels.join("\n")
        ));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

/// What was said before the input, oldest first.
fn history(wanted: &AiRequest, conversation: &Conversation) -> Vec<Value> {
    // What waits for the answer is still to be said.
    let waits = |message: &&Message| conversation.queue.iter().any(|w| w.message == message.id);
    let said = conversation.log.iter().filter(|message| !waits(message));
    let mut lines: Vec<(&str, String)> = said.filter_map(line).collect();
    // The input stands in the log too, where it is what the contact wrote last.
    if let Some(at) = lines.iter().rposition(|(role, _)| *role == "user")
        && lines[at].1 == wanted.input
    {
        lines.truncate(at);
    }
    let mut bytes = 0;
    let newest = lines.into_iter().rev().take(wanted.history as usize).take_while(|(_, text)| {
        bytes += text.len();
        bytes <= MAX_HISTORY_BYTES
    });
    let mut history: Vec<Value> =
        newest.map(|(role, text)| json!({"role": role, "content": text})).collect();
    history.reverse();
    history
}

/// Who said what, where it was said in words.
fn line(message: &Message) -> Option<(&'static str, String)> {
    let (role, text) = match &message.body {
        Body::Inbound { content, .. } => {
            let words = WORDS.iter().find_map(|place| content.pointer(place)?.as_str());
            ("user", words?.to_owned())
        }
        Body::Outbound { content } => match content {
            Content::Text { text } | Content::Buttons { text, .. } | Content::List { text, .. } => {
                ("assistant", text.clone())
            }
            Content::Template { .. } => return None,
        },
    };
    (!text.trim().is_empty()).then_some((role, text))
}

pub(super) fn result(wanted: &AiRequest, answer: &Answer) -> EffectResult {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if !(200..300).contains(&answer.status) {
        let why =
            body.pointer("/error/message").and_then(Value::as_str).unwrap_or("no reason given");
        let why: String = why.chars().take(MAX_ERROR_CHARS).collect();
        return failed("refused", &format!("the language model answered {}: {why}", answer.status));
    }
    match body.pointer("/choices/0/message/content").and_then(Value::as_str) {
        Some(text) if wanted.labels.is_empty() => EffectResult::Reply { text: text.to_owned() },
        Some(text) => EffectResult::Label { label: text.trim().to_owned() },
        None => {
            failed("unreadable", "the language model's answer has no choices[0].message.content")
        }
    }
}
