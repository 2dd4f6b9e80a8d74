//! The node that flows, rules, questions and the fixed reply are made of: says something, may ask something and wait
//! for any answer, then does something, and goes on.

use serde_json::Value;

use super::actions::Action;
use crate::failure::Failure;
use crate::node::{Move, Node, Wake};
use crate::template::Text;
use crate::turn::Turn;
use crate::{Awaits, Reply};

/// All of it optional, in this order.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) says: Option<Text>,
    pub(super) asks: Option<Question>,
    pub(super) does: Option<Action>,
    /// Whether a person should look at the conversation.
    pub(super) calls_attention: bool,
}

/// What is asked.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) text: Text,
    /// The variable that keeps the answer.
    pub(super) save_as: String,
}

impl Answer {
    fn act(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        if self.calls_attention {
            turn.call_attention();
        }
        match &self.does {
            Some(action) => action.perform(turn),
            None => Ok(Move::next()),
        }
    }
}

/// What is kept of an answer: its text; where it has none, where what was sent can be fetched.
fn answered(reply: &Reply) -> &str {
    match (reply.text.trim().is_empty(), &reply.url) {
        (true, Some(url)) => url,
        _ => &reply.text,
    }
}

impl Node for Answer {
    fn waits(&self) -> bool {
        self.asks.is_some()
    }

    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        if let Some(text) = &self.says {
            turn.say_text(text)?;
        }
        let Some(question) = &self.asks else {
            return self.act(turn);
        };
        turn.say_text(&question.text)?;
        Ok(Move::Wait { awaits: Awaits::Reply, deadline: None })
    }

    fn resume(&self, turn: &mut Turn<'_>, wake: Wake<'_>) -> Result<Move, Failure> {
        if matches!(wake, Wake::Silence) {
            return Ok(Move::Wait { awaits: Awaits::Reply, deadline: None });
        }
        if let (Some(question), Wake::Reply(reply)) = (&self.asks, wake) {
            turn.save(&question.save_as, Value::from(answered(reply)))?;
        }
        self.act(turn)
    }
}
