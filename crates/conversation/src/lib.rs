//! The conversation aggregate and its turns: an event in, the new state and the messages to send out.
//!
//! Everything here is pure: the time, the randomness, the contact and the compiled workflows are inputs. Reading
//! and committing the document is the `store`'s, sending what the outbox holds is the `engine`'s.

mod acting;
mod calls;
mod case;
mod changes;
mod contact;
mod document;
mod entry;
mod event;
pub mod identity;
mod key_uses;
mod lazy;
mod lease;
pub mod limits;
mod log;
mod messages;
mod notices;
mod outbox;
mod outside_window;
mod packed;
mod past;
mod phone;
mod queue;
mod seen;
mod session;
mod timers;
mod turn;

#[cfg(test)]
mod tests;

pub use acting::acting;
pub use calls::Call;
pub use case::{AnswerMode, Case, CaseChange, CaseStatus};
pub use changes::ContactChange;
pub use contact::{Consent, Contact, Link};
pub use document::{Channel, Conversation};
pub use entry::ConversationEntry;
pub use event::{EventId, Inbound, Order, Pinned, Receipt, Trigger};
pub use identity::{E164, Ids, InvalidPhone};
pub use key_uses::{KeyReused, KeyUse, KeyUses};
pub use lazy::{Lazy, Part};
pub use lease::EntryState;
pub use log::{Body, Message, MessageError, MessageStatus, Page};
pub use messages::Messages;
pub use notices::{Notice, NoticeEvent, Noticed, NoticedSession, Subscription};
pub use outbox::{Attempt, Entry, Held, Settled};
pub use outside_window::OutsideWindow;
pub use past::PastSession;
pub use phone::{CallDirection, CallEntry, CallStep, Parting, PhoneCall, PhoneCallStatus, Then};
pub use queue::Waiting;
pub use seen::Seen;
pub use session::{Beginning, Session, SessionError, SessionStatus, read_sessions};
pub use turn::phone::{CallOrder, CallTurn, Heard};
pub use turn::{Applied, Finished, Known, News, Programs, Turn, TurnError};
