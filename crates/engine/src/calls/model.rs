//! The language model: any endpoint that speaks OpenAI's chat completions (`POST /v1/chat/completions`).

mod system;
mod tools;

use channels::origin;
use conversation::{Body, Conversation, Message};
use flow::limits::MAX_HISTORY_BYTES;
use flow::{AiRequest, EffectResult};
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) use self::system::Told;
use super::failed;
use crate::Answer;

/// Seconds to the first byte of its answer: what a host allows at most.
pub(super) const SECONDS: u64 = 20;
/// Characters of a provider's error that are kept.
const MAX_ERROR_CHARS: usize = 300;

/// The path where no other is configured.
pub(super) const PATH: &str = "/v1/chat/completions";

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
    /// The request for a reply, with what the model may do besides, or for a label. Parameters that some models refuse
    /// (`temperature`, `max_tokens`, `tool_choice`) are left out.
    pub(super) fn request(
        &self,
        wanted: &AiRequest,
        told: &Told,
        conversation: &Conversation,
        id: Uuid,
    ) -> Result<Request<Vec<u8>>, EffectResult> {
        let origin = origin(&self.url)
            .ok_or_else(|| failed("not_configured", "llm_url is no origin like https://host"))?;
        let mut messages = vec![json!({"role": "system", "content": system::write(wanted, told)})];
        messages.extend(history(wanted, conversation));
        messages.push(json!({"role": "user", "content": wanted.input}));
        let mut body = json!({"model": self.name, "messages": messages});
        // Some servers refuse an empty list.
        if !wanted.tools.is_empty() {
            body["tools"] = Value::from(tools::functions(&wanted.tools));
        }
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

/// What was said before the input, oldest first.
fn history(wanted: &AiRequest, conversation: &Conversation) -> Vec<Value> {
    let waits =
        |message: &&Message| conversation.queue.iter().any(|waiting| waiting.message == message.id);
    let heard = conversation.log.iter().filter(|message| !waits(message));
    let mut lines: Vec<(&str, String)> = heard.filter_map(line).collect();
    // The input stands in the log too, where it is what the contact wrote last. What was said after it may answer a
    // message before it: this one waited meanwhile.
    if let Some(at) = lines.iter().rposition(|(role, _)| *role == "user")
        && lines[at].1 == wanted.input
    {
        lines.remove(at);
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
    let role = match &message.body {
        Body::Inbound { .. } => "user",
        Body::Outbound { .. } => "assistant",
    };
    Some((role, message.words()?.to_owned()))
}

/// What an answer means: what it says, and the first thing that it wants done, if it was offered that.
pub(super) fn result(wanted: &AiRequest, answer: &Answer) -> EffectResult {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if !(200..300).contains(&answer.status) {
        let why =
            body.pointer("/error/message").and_then(Value::as_str).unwrap_or("no reason given");
        let why: String = why.chars().take(MAX_ERROR_CHARS).collect();
        return failed("refused", &format!("the language model answered {}: {why}", answer.status));
    }
    let message = body.pointer("/choices/0/message").unwrap_or(&Value::Null);
    let text = message["content"].as_str();
    if !wanted.labels.is_empty() {
        return text
            .map_or_else(unreadable, |text| EffectResult::Label { label: text.trim().to_owned() });
    }
    match (tools::called(&wanted.tools, message), text) {
        (Ok(None), None) => unreadable(),
        (Ok(action), text) => {
            EffectResult::Reply { text: text.unwrap_or_default().to_owned(), action }
        }
        (Err(_), Some(text)) if !text.trim().is_empty() => {
            EffectResult::Reply { text: text.to_owned(), action: None }
        }
        (Err(why), _) => failed("unreadable", &why),
    }
}

fn unreadable() -> EffectResult {
    failed("unreadable", "the language model's answer has no choices[0].message.content")
}
