//! The node `#model`: the language model answers the message, and may do what a rule can. Where it does nothing that
//! could be done, and has no word for the contact, the fixed reply is given.

use super::OPTED_OUT_TEXT;
use super::actions::{Action, FLOW};
use crate::failure::Failure;
use crate::fold::fold;
use crate::limits::{MAX_TOOL_FLOWS_BYTES, MODEL_HISTORY};
use crate::node::{ERROR, Move, NEXT, Node, Wake};
use crate::template::Text;
use crate::turn::Turn;
use crate::{AiRequest, Content, EffectResult, Reply, Request, Tool, ToolCall};

#[derive(Debug)]
pub(super) struct Model {
    tools: Vec<Tool>,
    /// The fixed reply, for a contact that is left to a person without a word.
    fixed: Option<Text>,
}

impl Model {
    /// `flows` are the names of the scripts that it may start.
    pub(super) fn new<'a>(flows: impl Iterator<Item = &'a str>, fixed: Option<Text>) -> Self {
        let mut tools = vec![Tool::HandOff, Tool::EndConversation, Tool::OptOut];
        let mut bytes = 0;
        let offered = flows.take_while(|name| {
            bytes += name.len();
            bytes <= MAX_TOOL_FLOWS_BYTES
        });
        let flows: Vec<String> = offered.map(str::to_owned).collect();
        if !flows.is_empty() {
            tools.push(Tool::StartFlow { flows });
        }
        Self { tools, fixed }
    }

    /// Says what it says, then does what it does.
    fn replied(
        &self,
        turn: &mut Turn<'_>,
        text: &str,
        call: Option<&ToolCall>,
    ) -> Result<Move, Failure> {
        let possible = call.filter(|call| is_possible(call, turn));
        if call.is_some() && possible.is_none() {
            turn.note_failure("the language model wants a flow that is not there".to_owned());
        }
        match possible {
            _ if !text.trim().is_empty() => turn.say(Content::Text { text: text.to_owned() })?,
            Some(call) => self.say_for(call, turn)?,
            None => return Ok(turn.fail("the reply was empty".to_owned())),
        }
        match possible {
            None => Ok(Move::next()),
            Some(ToolCall::HandOff) => Action::HandOff.perform(turn),
            Some(ToolCall::EndConversation) => Action::End.perform(turn),
            Some(ToolCall::OptOut) => Action::OptOut.perform(turn),
            Some(ToolCall::StartFlow { flow }) => Ok(Move::Leave(port_of(flow))),
        }
    }

    /// What the contact has to know of an action where the model says nothing, as most do when they act.
    fn say_for(&self, call: &ToolCall, turn: &mut Turn<'_>) -> Result<(), Failure> {
        match (call, &self.fixed) {
            (ToolCall::HandOff, Some(fixed)) => turn.say_text(fixed),
            (ToolCall::OptOut, _) => turn.say(Content::Text { text: OPTED_OUT_TEXT.to_owned() }),
            _ => Ok(()),
        }
    }
}

/// The port from which the script of a name is started.
pub(super) fn port_of(flow: &str) -> String {
    format!("{FLOW}{}", fold(flow))
}

fn is_possible(call: &ToolCall, turn: &Turn<'_>) -> bool {
    match call {
        ToolCall::StartFlow { flow } => turn.program.after(turn.at, &port_of(flow)).is_some(),
        _ => true,
    }
}

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
            tools: self.tools.clone(),
        })))
    }

    fn resume(&self, turn: &mut Turn<'_>, wake: Wake<'_>) -> Result<Move, Failure> {
        let reason = match wake {
            Wake::Result(EffectResult::Reply { text, action }) => {
                return self.replied(turn, text, action.as_ref());
            }
            Wake::Result(EffectResult::Failed { code, message }) => format!("{code}: {message}"),
            Wake::Result(EffectResult::TimedOut) => "no reply in time".to_owned(),
            _ => "what came back is not what was asked for".to_owned(),
        };
        Ok(turn.fail(reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered<'a>(names: impl Iterator<Item = &'a str>) -> usize {
        let model = Model::new(names, None);
        let flows = model.tools.iter().find_map(|tool| match tool {
            Tool::StartFlow { flows } => Some(flows.len()),
            _ => None,
        });
        flows.unwrap_or(0)
    }

    #[test]
    fn as_many_flows_are_offered_as_their_names_have_room() {
        let name = "x".repeat(255);
        assert_eq!(offered(std::iter::repeat_n(name.as_str(), 1_000)), 16);
        assert_eq!(offered(["a", "b"].into_iter()), 2);
        assert_eq!(Model::new(std::iter::empty(), None).tools.len(), 3);
    }

    #[test]
    fn what_models_take_as_a_name_is_one() {
        for tool in Model::new(["Delivery"].into_iter(), None).tools {
            let name = serde_json::to_value(&tool).unwrap()["name"].clone();
            assert_eq!(name, tool.name());
            assert!(tool.name().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
        }
    }
}
