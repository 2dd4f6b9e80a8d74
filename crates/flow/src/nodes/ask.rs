//! `ask`: sends a question and waits for the contact's answer.
//!
//! Fields:
//! - `text`: the question; with `choices`, also `header` and `footer`. Or `template`: an approved template that
//!   opens instead (see `parts/approved.rs`); its buttons are the choices unless `choices` are given. With both, the
//!   template opens and the text repeats.
//! - `outside_window`: an approved template that goes instead of the text where WhatsApp takes no other: more than 24
//!   hours after the contact's last message. Its buttons are among the choices.
//! - `expect`: `text`, `number`, `email`, `phone`, `date`, `media`, `location` (see `ask/answers.rs`) or `choice`; by
//!   default `choice` where there are choices, else `text`. A phone number without `+` is understood where
//!   `country_code` (`1`) says of which country it is.
//! - `choices`: up to ten `{id, title, description?}`, shown as buttons or as a list (see `ask/choices.rs`), with
//!   `button` as the label that opens the list (`Options`).
//! - `save_as`: the answer is kept as `{{vars.<save_as>}}`: a choice as its id, a number as a number, a phone number as
//!   `+14155550123`, a date as `2026-12-24`, media as `{type, url, media_id, caption}`, a location as `{latitude,
//!   longitude, name, address}`.
//! - `retries`: how often the question is repeated after an answer that does not fit, 0 to 10, by default 2;
//!   `retry_text` replaces the question then.
//! - `timeout`: minutes without an answer, above 0, at most 43200 (30 days); counted anew from every question. On the
//!   phone, who says nothing is asked again, as after an answer that does not fit; the last time leads to `timeout`
//!   where there is one.
//!
//! Ports: one per choice id (without an edge there, `next`), `next`, `invalid` after the last retry, and `timeout`
//! where there is a timeout.
//!
//! ```json
//! {
//!   "id": "confirm", "type": "ask", "text": "Still interested?",
//!   "choices": [ { "id": "yes", "title": "Yes" }, { "id": "no", "title": "No" } ],
//!   "save_as": "interested", "retries": 1, "retry_text": "Please answer Yes or No.", "timeout": 30
//! }
//! ```
//! sends
//! ```json
//! [ {
//!   "type": "buttons", "text": "Still interested?",
//!   "buttons": [ { "id": "yes", "title": "Yes" }, { "id": "no", "title": "No" } ]
//! } ]
//! ```

mod answers;
mod choices;
mod number;
mod read;
#[cfg(feature = "schema")]
mod schema;

use serde_json::Value;

use self::answers::Answer;
use self::choices::Choices;
pub(crate) use self::read::expectations;
use crate::failure::Failure;
use crate::node::{Edges, Move, NEXT, Node, NodeType, Opening, Wake};
use crate::parts::Approved;
use crate::template::Text;
use crate::turn::Turn;
use crate::{Awaits, Content, Reply};

pub(super) const TYPE: NodeType = NodeType {
    name: "ask",
    ports: &["<choice>", NEXT, INVALID, TIMEOUT],
    read: read::read,
    #[cfg(feature = "schema")]
    schema: schema::schema,
};

const TIMEOUT: &str = "timeout";
const INVALID: &str = "invalid";

#[derive(Debug)]
struct Ask {
    /// Absent only where `opening` is there.
    text: Option<Text>,
    opening: Option<Approved>,
    /// Goes instead of the text where nothing else does; absent where `opening` is there.
    outside_window: Option<Approved>,
    expect: Expect,
    save_as: Option<String>,
    retries: u32,
    retry_text: Option<Text>,
    /// Minutes.
    timeout: Option<f64>,
}

#[derive(Debug)]
enum Expect {
    Choice(Box<Choices>),
    Answer { answer: &'static Answer, country_code: Option<String> },
}

impl Ask {
    fn choice_ids(&self) -> impl Iterator<Item = &str> {
        let choices = match &self.expect {
            Expect::Choice(choices) => choices.ids(),
            Expect::Answer { .. } => Vec::new(),
        };
        choices.into_iter()
    }

    /// What an answer means: the value to keep, and where to go. `None`: it does not fit.
    fn understand(
        &self,
        turn: &mut Turn<'_>,
        reply: &Reply,
    ) -> Result<Option<(Value, Move)>, Failure> {
        match &self.expect {
            Expect::Answer { answer, country_code } => {
                let value = (answer.read)(reply, country_code.as_deref());
                Ok(value.map(|value| (value, Move::next())))
            }
            Expect::Choice(choices) => {
                let id = choices.matching(turn, reply)?;
                Ok(id.map(|id| (Value::from(id), turn.leave_by(id))))
            }
        }
    }

    fn repeat(&self, turn: &mut Turn<'_>) -> Result<(), Failure> {
        match (self.retry_text.as_ref().or(self.text.as_ref()), &self.opening) {
            // The contact has just answered: the window is open.
            (Some(text), _) => self.question(turn, text, None),
            (None, Some(opening)) => {
                let content = opening.render(turn)?;
                turn.say(content)
            }
            (None, None) => Ok(()),
        }
    }

    fn question(
        &self,
        turn: &mut Turn<'_>,
        text: &Text,
        outside_window: Option<&Approved>,
    ) -> Result<(), Failure> {
        let text = turn.render(text)?;
        let content = match &self.expect {
            Expect::Choice(choices) => choices.show(turn, text)?,
            Expect::Answer { .. } => Content::Text { text },
        };
        turn.say_or(content, outside_window)
    }

    fn wait(&self, turn: &Turn<'_>) -> Move {
        let deadline = self.timeout.map(|minutes| turn.now().plus_minutes(minutes));
        Move::Wait { awaits: Awaits::Reply, deadline }
    }
}

impl Node for Ask {
    fn ports(&self) -> Vec<&str> {
        let timeout = self.timeout.map(|_| TIMEOUT);
        self.choice_ids().chain([NEXT, INVALID]).chain(timeout).collect()
    }

    fn waits(&self) -> bool {
        true
    }

    fn opening(&self) -> Option<Opening> {
        let approved = self.opening.is_some() || self.outside_window.is_some();
        Some(if approved { Opening::Template } else { Opening::Text })
    }

    fn check_edges(&self, edges: &mut Edges<'_>) {
        if self.timeout.is_some() && !edges.has(TIMEOUT) {
            edges.unconnected("timeout", TIMEOUT);
        }
        if edges.has(NEXT) {
            return;
        }
        if !self.choice_ids().any(|id| edges.has(id)) {
            let advice = "draw an edge from port `next`, or from each choice; `end` is a node too";
            edges.error("ask_without_way_on", format!("no answer leads on from here: {advice}"));
            return;
        }
        let written = match &self.expect {
            Expect::Choice(choices) if choices.are_quick_replies => "template/buttons",
            Expect::Choice(_) | Expect::Answer { .. } => "choices",
        };
        edges.warn_unconnected(written, self.choice_ids());
    }

    fn enter(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        match (&self.opening, &self.text) {
            (Some(opening), _) => {
                let content = opening.render(turn)?;
                turn.say(content)?;
            }
            (None, Some(text)) => self.question(turn, text, self.outside_window.as_ref())?,
            (None, None) => {}
        }
        Ok(self.wait(turn))
    }

    fn resume(&self, turn: &mut Turn<'_>, wake: Wake<'_>) -> Result<Move, Failure> {
        let none_left = match wake {
            Wake::Reply(reply) => {
                if let Some((value, on)) = self.understand(turn, reply)? {
                    if let Some(name) = &self.save_as {
                        turn.save(name, value)?;
                    }
                    return Ok(on);
                }
                INVALID
            }
            Wake::Silence if self.timeout.is_none() => INVALID,
            Wake::Silence => TIMEOUT,
            Wake::Timeout | Wake::Result(_) | Wake::Returned(_) => {
                return Ok(Move::Leave(TIMEOUT.to_owned()));
            }
        };
        if turn.refuse() > self.retries {
            return Ok(Move::Leave(none_left.to_owned()));
        }
        self.repeat(turn)?;
        Ok(self.wait(turn))
    }
}

#[cfg(test)]
mod tests;
