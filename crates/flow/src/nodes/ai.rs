//! `ai`: asks the language model, for a reply to the contact or, where there are labels, for the one that fits best.
//! The caller of the step carries it out.
//!
//! Fields:
//! - `prompt`: what the model is told besides the workflow's own instructions.
//! - `input`: what it replies to or classifies, by default the text of the contact's last answer; a reply is also
//!   given to what has none, as `[image]`.
//! - `labels`: up to 50 `{id, description?}`; with them the model classifies.
//! - `history`: how many of the conversation's latest messages it is shown, 0 to 20, by default 10.
//! - `save_as`: the reply, or the label's id, is kept as `{{vars.<save_as>}}`.
//! - `send`: whether a reply is sent to the contact; by default it is.
//!
//! Ports: one per label (without an edge there, `next`), `next`, and `error` where there is no model, it failed or took
//! too long, its reply is blank, its label is none of these, there is nothing to classify, or no room to keep the answer.
//! A reply is cut to 4,096 characters, which is what a channel takes.
//!
//! ```json
//! {
//!   "id": "intent", "type": "ai", "prompt": "The contact left a cart worth {{context.cart_total}}.",
//!   "input": "{{context.question|default('Where is my order?')}}", "history": 5, "save_as": "intent",
//!   "labels": [ { "id": "buy", "description": "wants to finish the order" }, { "id": "other" } ]
//! }
//! ```
//! sends
//! ```json
//! []
//! ```

mod labels;
mod read;
#[cfg(feature = "schema")]
mod schema;

use crate::cut::cut;
use crate::failure::Failure;
use crate::limits::MAX_TEXT_CHARS;
use crate::node::{ERROR, Edges, Move, NEXT, Node, NodeType, Wake};
use crate::template::Text;
use crate::turn::Turn;
use crate::{AiRequest, Content, EffectResult, Label, Reply, Request};

pub(super) const TYPE: NodeType = NodeType {
    name: "ai",
    ports: &["<label>", NEXT, ERROR],
    read: read::read,
    #[cfg(feature = "schema")]
    schema: schema::schema,
};

#[derive(Debug)]
struct Ai {
    prompt: Option<Text>,
    /// `None`: the contact's last answer.
    input: Option<Text>,
    /// None: it replies.
    labels: Vec<Label>,
    history: u32,
    save_as: Option<String>,
    send: bool,
}

impl Ai {
    fn request(&self, turn: &mut Turn<'_>) -> Result<AiRequest, Failure> {
        let prompt = self.prompt.as_ref().map(|prompt| turn.render(prompt)).transpose()?;
        let input = match &self.input {
            Some(input) => turn.render(input)?,
            // To what has no words one may reply, but they are what is classified.
            None if self.labels.is_empty() => {
                turn.state.input.as_ref().map(Reply::in_words).unwrap_or_default()
            }
            None => turn.state.input.as_ref().map(|input| input.text.clone()).unwrap_or_default(),
        };
        Ok(AiRequest {
            prompt: prompt.filter(|prompt| !prompt.trim().is_empty()),
            input,
            history: self.history,
            labels: self.labels.clone(),
            tools: Vec::new(),
        })
    }

    fn replied(&self, turn: &mut Turn<'_>, text: &str) -> Result<Move, Failure> {
        let text = cut(text.trim(), MAX_TEXT_CHARS).into_owned();
        if text.is_empty() {
            return Ok(turn.fail("the language model's reply is blank".to_owned()));
        }
        if let Err(full) = self.save(turn, &text) {
            return Ok(turn.fail(full.to_string()));
        }
        if self.send {
            turn.say(Content::Text { text })?;
        }
        Ok(Move::next())
    }

    fn classified(&self, turn: &mut Turn<'_>, answer: &str) -> Move {
        let Some(label) = labels::find(&self.labels, answer) else {
            return turn.fail(format!("`{}` is none of the labels", cut(answer, MAX_TEXT_CHARS)));
        };
        if let Err(full) = self.save(turn, &label.id) {
            return turn.fail(full.to_string());
        }
        turn.leave_by(&label.id)
    }

    fn save(&self, turn: &mut Turn<'_>, text: &str) -> Result<(), Failure> {
        self.save_as.as_ref().map_or(Ok(()), |name| turn.save(name, text.into()))
    }
}

impl Node for Ai {
    fn ports(&self) -> Vec<&str> {
        self.labels.iter().map(|label| label.id.as_str()).chain([NEXT, ERROR]).collect()
    }

    fn check_edges(&self, edges: &mut Edges<'_>) {
        if !edges.has(ERROR) {
            edges.unconnected("type", ERROR);
        }
        if edges.has(NEXT) {
            return;
        }
        edges.warn_unconnected("labels", self.labels.iter().map(|label| label.id.as_str()));
    }

    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        match self.request(turn) {
            Ok(request) if !self.labels.is_empty() && request.input.trim().is_empty() => {
                Ok(turn.fail("there is nothing to classify".to_owned()))
            }
            Ok(request) => Ok(Move::Request(Request::Ai(request))),
            // A template that cannot be rendered fails the request, which has a port for that, not the session.
            Err(failure) => Ok(turn.fail(failure.to_string())),
        }
    }

    fn resume(&self, turn: &mut Turn<'_>, wake: Wake<'_>) -> Result<Move, Failure> {
        match wake {
            Wake::Result(EffectResult::Reply { text, .. }) if self.labels.is_empty() => {
                self.replied(turn, text)
            }
            Wake::Result(EffectResult::Label { label }) if !self.labels.is_empty() => {
                Ok(self.classified(turn, label))
            }
            Wake::Result(EffectResult::Failed { code, message }) => {
                Ok(turn.fail(format!("{code}: {message}")))
            }
            Wake::Result(EffectResult::TimedOut) => {
                Ok(turn.fail("the language model did not answer in time".to_owned()))
            }
            _ => Ok(turn.fail("what came back is not what was asked for".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests;
