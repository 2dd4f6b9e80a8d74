//! What the actions API is sent and answers about flows, messages and templates (contract/actions-qyvo.md, section 6).
//! Contacts and the polling lists have crates of their own.

mod sending;
mod session;
mod template;

pub use sending::{SentView, TemplateMessage, TextMessage};
pub use session::{NewSession, StartedView, read_workflow_id};
pub use template::{TemplateFilter, read_template_id};
