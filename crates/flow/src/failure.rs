//! Why a turn could not go on. A failed turn sends nothing and ends the session.

use thiserror::Error;

use crate::limits::{
    MAX_SEARCHED_CHARS, MAX_STEPS, MAX_TEMPLATE_CHARS, MAX_TURN_BYTES, MAX_TURN_CHANGES,
    MAX_TURN_MESSAGES, MAX_VALUE_DEPTH, MAX_VARS_BYTES, TEMPLATE_FUEL,
};

/// Why a turn could not go on.
#[derive(Error, Debug, Clone, PartialEq)]
pub(crate) enum Failure {
    #[error("this workflow has no node `{0}`")]
    NodeNotFound(String),
    #[error("the workflow `{0}`, which the session called, is not there any more")]
    CalledNotFound(String),
    #[error("this workflow has no graph")]
    NoGraph,
    #[error("more than {MAX_STEPS} nodes in one turn")]
    StepLimit,
    #[error(
        "more than {MAX_TURN_MESSAGES} messages, {MAX_TURN_CHANGES} changes of the contact, or {MAX_TURN_BYTES} bytes of both in one turn"
    )]
    TurnLimit,
    #[error(
        "the session's variables would be larger than {MAX_VARS_BYTES} bytes, or nested more than {MAX_VALUE_DEPTH} deep"
    )]
    VarsLimit,
    #[error(
        "a template gave more than {MAX_TEMPLATE_CHARS} characters or took more than {TEMPLATE_FUEL} instructions: {0}"
    )]
    TemplateLimit(String),
    #[error("the patterns of one turn searched through more than {MAX_SEARCHED_CHARS} characters")]
    PatternLimit,
    #[error("a template could not be computed: {0}")]
    TemplateFailed(String),
}

impl Failure {
    /// The stable name, one of [`crate::FAILURES`].
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NodeNotFound(_) => "node_not_found",
            Self::CalledNotFound(_) => "called_not_found",
            Self::NoGraph => "no_graph",
            Self::StepLimit => "step_limit",
            Self::TurnLimit => "turn_limit",
            Self::VarsLimit => "vars_limit",
            Self::TemplateLimit(_) => "template_limit",
            Self::PatternLimit => "pattern_limit",
            Self::TemplateFailed(_) => "template_failed",
        }
    }

    /// Whether the turn may go on elsewhere: not if it has grown too long.
    pub(crate) fn is_of_the_turn(&self) -> bool {
        matches!(self, Self::StepLimit | Self::TurnLimit | Self::PatternLimit)
    }
}
