//! What the language model can do besides replying. Whoever asks it offers these, in the words of its interface; the
//! session does what comes back.

use serde::{Deserialize, Serialize};

/// Something that the language model is offered to do.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(tag = "name", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Tool {
    /// To leave the conversation to a person.
    HandOff,
    /// To end the conversation.
    EndConversation,
    /// To send the contact nothing more.
    OptOut,
    /// To go on with a script.
    StartFlow {
        /// The names of the scripts, at least one; together up to [`crate::limits::MAX_TOOL_FLOWS_BYTES`].
        flows: Vec<String>,
    },
}

/// What the language model does.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(tag = "name", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ToolCall {
    /// [`Tool::HandOff`].
    HandOff,
    /// [`Tool::EndConversation`].
    EndConversation,
    /// [`Tool::OptOut`].
    OptOut,
    /// [`Tool::StartFlow`].
    StartFlow {
        /// The name of one of the scripts that were offered.
        flow: String,
    },
}

impl Tool {
    /// The name, of letters and underscores: what models take is `^[a-zA-Z0-9_-]{1,64}$` (OpenAI's reference of chat
    /// completions, `tools`).
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::HandOff => "hand_off",
            Self::EndConversation => "end_conversation",
            Self::OptOut => "opt_out",
            Self::StartFlow { .. } => "start_flow",
        }
    }

    /// When to use it, for the model.
    #[must_use]
    pub fn description(&self) -> &'static str {
        match self {
            Self::HandOff => {
                "Leaves the conversation to a person of the team, for good. Use it when the contact asks for a person, \
                 or needs what you cannot know or do; say in your reply that a person will answer."
            }
            Self::EndConversation => {
                "Ends the conversation. Use it when the contact has all that it wants; say goodbye in your reply."
            }
            Self::OptOut => {
                "The contact is sent nothing more. Use it only when the contact clearly asks not to be written to; \
                 confirm it in your reply."
            }
            Self::StartFlow { .. } => {
                "Goes on with a conversation that is prepared, which asks and answers by itself. Use it when the \
                 contact wants what one of them is about; do not ask in your reply what it will ask."
            }
        }
    }
}
