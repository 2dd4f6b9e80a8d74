//! The workflow resource: what the console creates, the actions API triggers as `flow_id` and the trigger API as
//! `workflowId`.

mod definition;
mod document;
mod stored;

pub use definition::{
    ConversationStep, Definition, Faq, FlowScript, Guide, Keyword, MAX_DEFINITION_BYTES, Rule,
    Settings, Weight,
};
pub use document::{Content, Listed, NotPublishable, Release, Visibility, Workflow, WorkflowList};
pub use stored::{Act, WriteError, change, create, delist, list, load};
