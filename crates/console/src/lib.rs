//! Conversations as the console sees them (contract/console-bimpe.md, section 5): what it sends, shows and lists.

mod calls;
mod list;
mod log;
mod send;
mod shown;

pub use calls::{
    CallDetail, CallFilter, CallView, MAX_CALLS_SCANNED, NewCall, call_status, find_call,
    list_calls,
};
pub use list::{Filter, MAX_BY_TIME, MAX_SCANNED, Order, Page, list};
pub use log::LogReader;
pub use send::{AiStatus, NewMessage, Recipient, Role, channel_filter};
pub use shown::{AttachmentView, ContactView, ConversationView, MessageErrorView, MessageView};
