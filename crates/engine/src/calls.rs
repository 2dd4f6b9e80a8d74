//! Carrying out what sessions wait for: calls of addresses, and words of the language model. Every call ends with a
//! result, which the workflow's author decides about; only a call whose result was never recorded is made again.

mod address;
mod model;
pub(crate) mod outbound;
mod told;

use std::time::Duration;

use conversation::{Call, Conversation};
use flow::{EffectResult, Request};

use self::model::Model;
use crate::deliver::HOLD;
use crate::{Answer, Engine, EngineError, Host, SendError};

impl<H: Host> Engine<'_, H> {
    /// Carries out a call that was taken by a commit begun `at`. `None`: too long ago to begin.
    pub(crate) async fn call(
        &self,
        conversation: &Conversation,
        call: &Call,
        at: Duration,
    ) -> Result<Option<EffectResult>, EngineError> {
        let prepared = match &call.effect.request {
            Request::Http(wanted) => address::request(wanted, call.id, &self.outbound().await)
                .map(|request| (request, u64::from(wanted.timeout_seconds))),
            Request::Ai(wanted) => match self.model().await {
                Some(model) => {
                    let told = self.told(conversation, call).await?;
                    model
                        .request(wanted, &told, conversation, call.id)
                        .map(|request| (request, model::SECONDS))
                }
                None => Err(failed("not_configured", "there is no language model")),
            },
        };
        let (request, seconds) = match prepared {
            Ok(prepared) => prepared,
            Err(result) => return Ok(Some(result)),
        };
        // At the last moment: what was read before may have taken its time.
        if self.host.monotonic().saturating_sub(at) > HOLD {
            return Ok(None);
        }
        let answer = match self.send(request, Duration::from_secs(seconds)).await {
            Ok(answer) => answer,
            Err(SendError::NotSent(why)) => return Ok(Some(failed("unreachable", &why))),
            Err(SendError::Unanswered(_)) => return Ok(Some(EffectResult::TimedOut)),
        };
        if !answer.is_whole {
            return Ok(Some(failed(
                "too_large",
                "the answer broke off, or was larger than 256 KiB",
            )));
        }
        Ok(Some(understood(&call.effect.request, &answer)))
    }

    /// Whether there is a language model.
    pub(crate) async fn has_model(&self) -> bool {
        !self.host.variable("llm_url").await.is_empty()
    }

    async fn model(&self) -> Option<Model> {
        let url = self.host.variable("llm_url").await;
        if url.is_empty() {
            return None;
        }
        let mut path = self.host.variable("llm_path").await;
        if path.is_empty() {
            model::PATH.clone_into(&mut path);
        }
        let (key, name) = ("llm_key", "llm_model");
        let (key, name) = (self.host.variable(key).await, self.host.variable(name).await);
        Some(Model { url, path, key, name })
    }

    /// The origins that the operator lets workflows call.
    async fn outbound(&self) -> Vec<String> {
        let mut origins = Vec::new();
        for name in ["outbound1", "outbound2", "outbound3", "outbound4"] {
            origins.push(self.host.variable(name).await);
        }
        origins.retain(|origin| !origin.is_empty());
        origins
    }
}

fn understood(request: &Request, answer: &Answer) -> EffectResult {
    match request {
        Request::Http(_) => address::result(answer),
        Request::Ai(wanted) => model::result(wanted, answer),
    }
}

fn failed(code: &str, message: &str) -> EffectResult {
    EffectResult::Failed { code: code.to_owned(), message: message.to_owned() }
}
