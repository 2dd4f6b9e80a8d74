//! Runs turns against the store and delivers the outbox: the only place where a conversation is read, stepped,
//! committed and sent.
//!
//! What a turn decides is the `conversation`'s; what a channel is sent is the `channels`'. The clock, the randomness,
//! the store and the network come from a [`Host`], so that all of this runs over a simulated one.

mod calls;
mod consent;
mod console;
mod contact;
mod deliver;
mod host;
mod notify;
mod order;
mod party;
mod person;
mod programs;
mod resend;
mod sending;
mod spoken;
mod sweep;
mod telephony;
mod templates;
mod trigger;
mod turn;
mod webchat;
mod whatsapp;

pub use console::{Place, Words, WordsError, request_event};
pub use contacts::ContactRef;
pub use deliver::{Delivered, Providers};
pub use host::{Answer, Host, SendError};
pub use order::{OrderError, OrderRequest, Ordered};
pub use party::Party;
pub use spoken::{Callbacks, messages, parting, verbs};
pub use sweep::Sweep;
pub use telephony::{StatusAddress, StepAddress};
pub use templates::TemplatesError;
pub use trigger::{Key, Started, TriggerError, TriggerRequest};
pub use turn::Committed;
pub use whatsapp::Received;

use std::rc::Rc;

use store::StoreError;

/// Runs turns and delivers. One for each request.
pub struct Engine<'h, H> {
    host: &'h H,
    providers: Rc<Providers>,
}

impl<'h, H: Host> Engine<'h, H> {
    /// An engine on `host`.
    pub fn new(host: &'h H, providers: Rc<Providers>) -> Self {
        Self { host, providers }
    }
}

/// Why the engine did not do what was asked, besides what a caller can mend.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store failed, or too many write the same document: nothing was acknowledged, the caller asks again.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A document is larger than it may be, or does not serialize.
    #[error("cannot write {0}")]
    Unwritable(String),
}
