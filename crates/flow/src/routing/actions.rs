//! What flows and rules can do besides talking. Other names are tools of the hosted console: they are passed over.

use crate::Change;
use crate::failure::Failure;
use crate::fold::fold;
use crate::node::Move;
use crate::turn::Turn;
use crate::{Trace, routing::Reader};

/// What is done.
#[derive(Debug)]
pub(super) enum Action {
    /// `handoff`: a person takes over, and the session is over with outcome `handoff`.
    HandOff,
    /// `end`: the session is over.
    End,
    /// `opt_out`: the contact wants no more messages.
    OptOut,
    /// `opt_in`: the contact agrees to be written to.
    OptIn,
    /// `flow:<name>`: on with the script that begins at this node.
    Flow(usize),
    /// Nothing of ours.
    Unknown(String),
}

/// How an action begins that leads to a script.
pub(super) const FLOW: &str = "flow:";

impl Action {
    /// Reads the action at a path of the definition. `None`: it is blank.
    pub(super) fn read(source: Option<&str>, path: &str, reader: &mut Reader<'_>) -> Option<Self> {
        let source = source.filter(|source| !source.trim().is_empty())?;
        let folded = fold(source);
        let action = match folded.as_str() {
            "handoff" => Self::HandOff,
            "end" => Self::End,
            "opt_out" => Self::OptOut,
            "opt_in" => Self::OptIn,
            other => match other.strip_prefix(FLOW) {
                Some(name) => return Some(Self::to_flow(name.trim(), source, path, reader)),
                None => {
                    let message = format!(
                        "`{source}` does nothing here; actions are handoff, end, opt_out, opt_in, flow:<name>"
                    );
                    reader.reading.issues.warning("unknown_action", path, message);
                    Self::Unknown(source.to_owned())
                }
            },
        };
        Some(action)
    }

    fn to_flow(folded: &str, source: &str, path: &str, reader: &mut Reader<'_>) -> Self {
        if let Some(start) = reader.starts.get(folded).copied() {
            reader.led_to.insert(start);
            return Self::Flow(start);
        }
        let message = format!("`{source}` leads nowhere: no active flow with steps has this name");
        reader.reading.issues.warning("unknown_flow", path, message);
        Self::Unknown(source.to_owned())
    }

    /// Whether what would come after it is never reached.
    pub(super) fn leaves(&self) -> bool {
        matches!(self, Self::HandOff | Self::End | Self::Flow(_))
    }

    /// Where it leads, if it is to another script.
    pub(super) fn target(&self) -> Option<usize> {
        match self {
            Self::Flow(start) => Some(*start),
            _ => None,
        }
    }

    /// Does it.
    pub(super) fn perform(&self, turn: &mut Turn<'_>) -> Result<Move, Failure> {
        match self {
            Self::HandOff => {
                turn.hand_off();
                return Ok(Move::Stop { outcome: Some("handoff".to_owned()) });
            }
            Self::End => return Ok(Move::Stop { outcome: None }),
            Self::OptOut => turn.change(Change::OptOut)?,
            Self::OptIn => turn.change(Change::OptIn)?,
            Self::Flow(_) => {}
            Self::Unknown(action) => {
                turn.trace(Trace::Skipped { node: turn.node(), action: action.clone() });
            }
        }
        Ok(Move::next())
    }
}
