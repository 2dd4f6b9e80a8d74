//! The inbox as the trigger API shows it (contract/trigger-pingmee.md, sections 3 to 5). Times are milliseconds since 1970.
//! Every documented field is there: null, zero, false or empty where there is nothing of the kind here.

mod conversation;
mod customer;
mod message;

pub use conversation::{
    AiFeaturesView, AiView, ConversationView, ConversationsView, ExecutionView, conversation,
};
pub use customer::{CustomerView, CustomersView};
pub use message::{ContextView, Direction, MessageKey, MessageView, MessagesView};
