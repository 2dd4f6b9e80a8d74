//! A request to an address that is none of WhatsApp's: an `http` node's below `/http/`, or the language model's, at any
//! path that ends as OpenAI's chat completions.

use std::collections::BTreeMap;

use http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Answer;
use crate::templates::Listed;

/// What begins the paths of addresses that only record what they are sent.
const HTTP: &str = "/http/";
/// What ends the path of a language model.
const MODEL: &str = "/chat/completions";
/// What begins a question that the language model answers by calling a function.
const TOOL: &str = "tool:";

/// A request to an address, whatever the answer was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// The order of arrival, from 1; goes on over restarts where there is a record file.
    pub number: u64,
    /// When it arrived, in milliseconds since 1970.
    pub at: u64,
    /// The HTTP method.
    pub method: String,
    /// The path, with its query.
    pub path: String,
    /// By lower-case name; of several with one name, the last.
    pub headers: BTreeMap<String, String>,
    /// The body, as text.
    pub body: String,
    /// The status of the answer; `None` where none is given.
    pub status: Option<u16>,
}

impl Called {
    /// Whether this is an address that is called, not one of WhatsApp's.
    pub(crate) fn is_at(path: &str) -> bool {
        path.starts_with(HTTP) || path.ends_with(MODEL) || Listed::is_at(path)
    }

    /// Whether the language model is asked.
    pub fn asks_the_model(&self) -> bool {
        self.path.ends_with(MODEL)
    }

    /// Whether WhatsApp is asked for a business' templates.
    pub fn asks_for_templates(&self) -> bool {
        Listed::is_at(&self.path)
    }

    /// A header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The body; `null` where it is no JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// What the language model is told, as who says it and what, in order. Empty where it is not asked.
    pub fn told(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let body = self.json();
        let messages = body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
        messages.iter().map(|line| (text(&line["role"]), text(&line["content"]))).collect()
    }

    /// What the language model is to answer: the last that it is told.
    pub fn question(&self) -> String {
        self.told().pop().map(|(_, text)| text).unwrap_or_default()
    }

    /// The function that the question names, with what follows as its `flow`. `None`: nothing is offered, or the question
    /// is another.
    fn calls_a_tool(&self) -> Option<Answer> {
        self.json()["tools"].as_array()?;
        let question = self.question();
        let named = question.strip_prefix(TOOL)?.trim();
        Some(match named.split_once(' ') {
            Some((name, flow)) => Answer::calls(name, &json!({"flow": flow.trim()})),
            None => Answer::calls(named, &json!({})),
        })
    }

    /// [`Answer::Accept`]: what was sent is given back.
    pub(crate) fn echo(&self) -> Answer {
        if self.asks_the_model() {
            if let Some(calls) = self.calls_a_tool() {
                return calls;
            }
            return Answer::says(&format!("You said: {}", self.question()));
        }
        let body = match self.json() {
            Value::Null => Value::from(self.body.as_str()),
            json => json,
        };
        Answer::json(200, &json!({"method": self.method, "path": self.path, "body": body}))
    }
}

pub(crate) fn texts(headers: &HeaderMap) -> BTreeMap<String, String> {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}
