//! `http`: calls an address and waits for what it answers. The caller of the step carries it out.
//!
//! Fields:
//! - `url`: begins with `https://` or `http://`. What variables hold is percent-encoded in it, so that a value stays in
//!   its place; two are written as they are: one with which the whole address begins (`{{context.callback}}`), and one
//!   that is `|urlencode`d, which keeps its slashes and makes `a=1&b=2` of an object. Which hosts may be called at all
//!   is the operator's to say.
//! - `method`: `GET` (by default), `POST`, `PUT`, `PATCH`, `DELETE`.
//! - `headers`: texts by name, at most 20. `content-type` follows from the body unless given.
//! - `body`, not with `GET`: a text is sent as it is; any other JSON is sent as JSON, its texts being templates, of
//!   which one that is a single `{{…}}` keeps the type of its value. At most 16 KiB.
//! - `timeout`: seconds until it counts as failed, 1 to 20, by default 10.
//! - `save_as`: the answer is kept as `{{vars.<save_as>}}`: `status`, and `body`, parsed where it is JSON.
//!
//! Ports: `next` for an answer with a status from 200 to 299, `error` for everything else. Where there was no answer
//! that can be kept, an `error` stands in place of the `body`: `timed_out`, `unreachable`, `refused` …; `too_large` for
//! a body of more than 16 KiB or 64 levels, or one that the session's variables have no room for; or, with nothing sent,
//! `invalid_url`, `invalid_header`, `request_too_large`, `template_failed`.
//!
//! ```json
//! {
//!   "id": "stock", "type": "http", "method": "POST", "url": "https://api.example.com/carts/{{context.cart_id}}/check",
//!   "headers": { "Authorization": "Bearer {{context.token}}" },
//!   "body": { "total": "{{context.cart_total}}", "for": "{{contact.name}}" }, "save_as": "stock"
//! }
//! ```
//! sends
//! ```json
//! []
//! ```

mod read;
#[cfg(feature = "schema")]
mod schema;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cut::cut;
use crate::failure::Failure;
use crate::limits::{MAX_HTTP_SAVED_BYTES, MAX_HTTP_SENT_BYTES, MAX_ID_CHARS};
use crate::measure::json_length;
use crate::node::{ERROR, Edges, Move, NEXT, Node, NodeType, Wake};
use crate::parts::Tree;
use crate::parts::address;
use crate::template::Text;
use crate::turn::Turn;
use crate::{EffectResult, HttpRequest, Request};

pub(super) const TYPE: NodeType = NodeType {
    name: "http",
    ports: &[NEXT, ERROR],
    read: read::read,
    #[cfg(feature = "schema")]
    schema: schema::schema,
};

#[derive(Debug)]
struct Http {
    method: &'static str,
    url: Text,
    /// By lower-case name.
    headers: Vec<(String, Text)>,
    body: Body,
    timeout_seconds: u32,
    save_as: Option<String>,
}

#[derive(Debug)]
enum Body {
    Nothing,
    Text(Text),
    Json(Tree),
}

/// Why there is no answer to keep.
struct Problem {
    /// What is saved as `error`.
    code: String,
    /// For the workflow's author.
    message: String,
}

impl Problem {
    fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

/// A template that cannot be rendered fails the call, which has a port for that, not the session.
impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self::new(failure.code(), failure.to_string())
    }
}

impl Http {
    fn request(&self, turn: &mut Turn<'_>) -> Result<HttpRequest, Problem> {
        let url = turn.render(&self.url)?;
        let url = address::check(&url).map_err(|reason| Problem::new("invalid_url", reason))?;
        let mut headers = BTreeMap::new();
        for (name, value) in &self.headers {
            let value = turn.render(value)?;
            if let Some(reason) = read::refusal(&value) {
                let reason = format!("the header `{name}` cannot be sent: {reason}");
                return Err(Problem::new("invalid_header", reason));
            }
            headers.insert(name.clone(), value);
        }
        let (body, content_type) = match &self.body {
            Body::Nothing => (None, None),
            Body::Text(text) => (Some(turn.render(text)?), Some("text/plain; charset=utf-8")),
            Body::Json(tree) => (Some(tree.compute(turn)?.to_string()), Some("application/json")),
        };
        if let Some(content_type) = content_type {
            headers.entry("content-type".to_owned()).or_insert_with(|| content_type.to_owned());
        }
        let length = body.as_ref().map_or(0, String::len);
        if length > MAX_HTTP_SENT_BYTES {
            let reason = format!("the body has {length} bytes; it may have {MAX_HTTP_SENT_BYTES}");
            return Err(Problem::new("request_too_large", reason));
        }
        let (method, timeout_seconds) = (self.method.to_owned(), self.timeout_seconds);
        Ok(HttpRequest { method, url, headers, body, timeout_seconds })
    }

    /// `None`: the body was too large to be kept.
    fn answered(&self, turn: &mut Turn<'_>, status: u16, body: Option<&Value>) -> Move {
        if let Some(name) = &self.save_as {
            let kept = body.is_some_and(|body| {
                json_length(body) <= MAX_HTTP_SAVED_BYTES
                    && turn.save(name, json!({"status": status, "body": body})).is_ok()
            });
            if !kept {
                let message = format!(
                    "the body has more than {MAX_HTTP_SAVED_BYTES} bytes, or the session no room for it"
                );
                return self.failed(turn, Some(status), &Problem::new("too_large", message));
            }
        }
        match status {
            200..=299 => Move::next(),
            _ => turn.fail(format!("the answer has the status {status}")),
        }
    }

    fn failed(&self, turn: &mut Turn<'_>, status: Option<u16>, problem: &Problem) -> Move {
        let Problem { code, message } = problem;
        if let Some(name) = &self.save_as {
            let error = json!({"status": status, "error": cut(code, MAX_ID_CHARS)});
            // A session so full that even this has no room goes on without it.
            let _ = turn.save(name, error);
        }
        turn.fail(format!("{code}: {message}"))
    }
}

impl Node for Http {
    fn ports(&self) -> Vec<&str> {
        vec![NEXT, ERROR]
    }

    fn check_edges(&self, edges: &mut Edges<'_>) {
        if !edges.has(ERROR) {
            edges.unconnected("url", ERROR);
        }
    }

    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        Ok(match self.request(turn) {
            Ok(request) => Move::Request(Request::Http(request)),
            Err(problem) => self.failed(turn, None, &problem),
        })
    }

    fn resume(&self, turn: &mut Turn<'_>, wake: Wake<'_>) -> Result<Move, Failure> {
        let problem = match wake {
            Wake::Result(EffectResult::Http { status, body }) => {
                return Ok(self.answered(turn, *status, Some(body)));
            }
            Wake::Result(EffectResult::HttpTooLarge { status }) => {
                return Ok(self.answered(turn, *status, None));
            }
            Wake::Result(EffectResult::Failed { code, message }) => Problem::new(code, message),
            Wake::Result(EffectResult::TimedOut) => {
                let message = format!("no answer within {} seconds", self.timeout_seconds);
                Problem::new("timed_out", message)
            }
            _ => Problem::new("unexpected_result", "what came back is no answer of an address"),
        };
        Ok(self.failed(turn, None, &problem))
    }
}

#[cfg(test)]
mod tests;
