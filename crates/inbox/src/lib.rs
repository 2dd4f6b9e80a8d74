//! A team's inbox (contract/trigger-pingmee.md, sections 3 to 5): its conversations as cases, their messages, the
//! customers they are with, and the tags that conversations are given. What requests say, and how all of it is shown.
//!
//! Nothing here steps a conversation or sends: that is the `engine`'s.

mod body;
mod calling_code;
mod case;
mod customers;
mod list;
mod messages;
mod participants;
mod shown;
mod tags;

pub use body::{
    ConversationsRequest, CustomersRequest, MessagesRequest, NewCustomer, NewMessage, Told,
    read_agents, read_answer_mode, read_status, read_tags,
};
pub use case::{FileError, file, find};
pub use contacts::read;
pub use customers::{customer, customers};
pub use list::{Listed, MAX_LOOKED_FOR, Position, conversations};
pub use messages::{MESSAGES, answered, messages};
pub use participants::Participants;
pub use shown::{
    AiFeaturesView, AiView, ContextView, ConversationView, ConversationsView, CustomerView,
    CustomersView, Direction, ExecutionView, MessageKey, MessageView, MessagesView, conversation,
};
pub use tags::{MAX_TAGS, Tag, TagError, define, unknown};
