//! The workflow resource: what the console creates, the actions API triggers as `flow_id` and the trigger API as
//! `workflowId`.

mod body;
mod callable;
mod context;
mod definition;
mod document;
mod entry;
mod flow_view;
mod head;
mod list;
#[cfg(feature = "schema")]
mod schema;
mod search;
mod simulation;
mod stored;
mod used;
mod view;

pub use body::{read_expected_revision, read_source};
pub use callable::{simulate, version};
pub use context::{read_context, read_trigger_data};
pub use definition::{Definition, Guide, MAX_DEFINITION_BYTES, Settings};
pub use document::{Content, NotPublishable, Release, User, Visibility, Workflow};
pub use flow_view::{FlowView, flow};
pub use head::{Head, head};
pub use list::{
    DESCRIPTION_SEARCHED, Listed, Listing, MAX_WORKFLOWS, Scope, SortBy, Summary, list,
};
#[cfg(feature = "schema")]
pub use schema::{body, schema};
pub use simulation::{Simulated, SimulatedView, Simulation, shown};
pub use stored::{Act, WriteError, change, change_head, create, delist, load, set_visibility};
pub use used::{delete, forget_agent, note_agent};
pub use view::{ReleaseView, Status, ValidationView, WorkflowView, shown_definition};
