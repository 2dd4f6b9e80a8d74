//! The node `#model`: the language model answers the message. Without a word of it the fixed reply is given.

use crate::failure::Failure;
use crate::limits::MODEL_HISTORY;
use crate::node::{ERROR, Move, NEXT, Node, Wake};
use crate::turn::Turn;
use crate::{AiRequest, Content, EffectResult, Reply, Request};

#[derive(Debug)]
pub(super) struct Model;

impl Node for Model {
    fn ports(&self) -> Vec<&str> {
        vec![NEXT, ERROR]
    }

    fn waits(&self) -> bool {
        true
    }

    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        Ok(Move::Request(Request::Ai(AiRequest {
            prompt: None,
            input: turn.state.input.as_ref().map(Reply::in_words).unwrap_or_default(),
            history: MODEL_HISTORY,
            labels: Vec::new(),
        })))
    }

    fn resume(&self, turn: &mut Turn<'_>, wake: Wake<'_>) -> Result<Move, Failure> {
        let reason = match wake {
            Wake::Result(EffectResult::Reply { text }) if !text.trim().is_empty() => {
                turn.say(Content::Text { text: text.clone() })?;
                return Ok(Move::next());
            }
            Wake::Result(EffectResult::Failed { code, message }) => format!("{code}: {message}"),
            Wake::Result(EffectResult::TimedOut) => "no reply in time".to_owned(),
            _ => "the reply was empty".to_owned(),
        };
        Ok(turn.fail(reason))
    }
}
