//! How a request is answered: as the provider does, or as a test wants it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{Called, SentMessage};

/// Decides on a request that the provider would take.
pub type Decide = Arc<dyn Fn(&SentMessage) -> Answer + Send + Sync>;

/// Decides on a request to any other address, the language model's included.
pub type DecideCall = Arc<dyn Fn(&Called) -> Answer + Send + Sync>;

/// An answer to a request that the provider would take, or to a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// 200: of the provider, with a new message id, and the digits of `to` as `wa_id`; of the language model, with what
    /// it was asked (`tool: hand_off`, `tool: start_flow Delivery` call a function of its `tools`); of any other address,
    /// with what it was sent.
    #[default]
    Accept,
    /// 200, with a `wa_id` that is not the number sent to, as in some countries.
    AcceptAs {
        /// The `wa_id`.
        wa_id: String,
    },
    /// The provider's error.
    Refuse {
        /// The HTTP status, 400 to 599. The provider throttles with 400.
        status: u16,
        /// The provider's code, such as 131056.
        code: i64,
        /// What stands in `message` and in `error_data.details`.
        message: String,
    },
    /// Anything else: a proxy's error page, a `Retry-After`.
    Verbatim {
        /// The HTTP status.
        status: u16,
        /// Names and values.
        headers: Vec<(String, String)>,
        /// The body.
        body: String,
    },
    /// The message is taken, the connection is closed, and no answer comes.
    Close,
    /// The message is taken, and no answer comes while the client waits.
    Hang,
    /// Another answer, later. The message is recorded at once.
    After(Duration, Box<Answer>),
    /// Another answer, once the gate is open. The message is recorded at once.
    Held(Gate, Box<Answer>),
}

/// Holds answers back until it is opened: what happens meanwhile is then no matter of time.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<watch::Sender<bool>>);

impl Gate {
    /// Lets the answers go that it holds, and all that come after.
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    pub(crate) async fn opened(&self) {
        // An error would be a sender that is gone: this is one.
        let _ = self.0.subscribe().wait_for(|open| *open).await;
    }
}

impl PartialEq for Gate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Gate {}

impl Answer {
    /// [`Answer::Refuse`].
    pub fn refuse(status: u16, code: i64, message: impl Into<String>) -> Self {
        Self::Refuse { status, code, message: message.into() }
    }

    /// JSON with this status.
    pub fn json(status: u16, body: &Value) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self::Verbatim { status, headers, body: body.to_string() }
    }

    /// What a language model says, as OpenAI's chat completions have it.
    pub fn says(text: &str) -> Self {
        Self::completion(&json!({"role": "assistant", "content": text}), "stop")
    }

    /// What a language model wants done, without a word: a function of its `tools`.
    pub fn calls(name: &str, arguments: &Value) -> Self {
        let function = json!({"name": name, "arguments": arguments.to_string()});
        let call = json!({"id": "call-stand-in", "type": "function", "function": function});
        let message = json!({"role": "assistant", "content": null, "tool_calls": [call]});
        Self::completion(&message, "tool_calls")
    }

    fn completion(message: &Value, reason: &str) -> Self {
        let choice = json!({"index": 0, "message": message, "finish_reason": reason});
        let body = json!({
            "id": "chatcmpl-stand-in", "object": "chat.completion", "model": "stand-in", "choices": [choice],
        });
        Self::json(200, &body)
    }

    /// This answer, once `gate` is open.
    #[must_use]
    pub fn behind(self, gate: &Gate) -> Self {
        Self::Held(gate.clone(), Box::new(self))
    }

    /// This answer, but `delay` later.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self::After(delay, Box::new(self))
    }

    /// Whether the provider has the message then.
    pub(crate) fn takes(&self) -> bool {
        match self {
            Self::Accept | Self::AcceptAs { .. } | Self::Close | Self::Hang => true,
            Self::Refuse { .. } | Self::Verbatim { .. } => false,
            Self::After(_, answer) | Self::Held(_, answer) => answer.takes(),
        }
    }

    /// The HTTP status; `None` where there is no answer.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Accept | Self::AcceptAs { .. } => Some(200),
            Self::Refuse { status, .. } | Self::Verbatim { status, .. } => Some(*status),
            Self::Close | Self::Hang => None,
            Self::After(_, answer) | Self::Held(_, answer) => answer.status(),
        }
    }
}
