//! What teams poll for (contract/actions-qyvo.md, sections 5 and 6): the sessions that started and the messages that
//! came, newest first.
//!
//! Entries lie in rings of the team's, written before the commit that they announce. What is shown is read from the
//! conversations: an entry whose commit never was is passed over.

mod announce;
mod dropdown;
mod entry;
mod failures;
mod messages;
mod polled;
mod read;
mod ring;
mod sessions;

pub use announce::{Announcement, announce, count};
pub use dropdown::{MAX_CHOICES, flow_choices};
pub use failures::{FailureView, conversation_of_failure, failures};
pub use messages::{MESSAGE_TYPES, MessageView, messages};
pub use polled::note_poll;
pub use ring::SLOTS;
pub use sessions::{SessionView, sessions};

/// The longest list, in entries (contract/actions-qyvo.md, section 5).
pub const SHOWN: usize = 100;
