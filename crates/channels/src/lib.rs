//! Channel adapters: parse what a provider sends, build what it is sent, classify its errors. No I/O.
//!
//! One module a channel. An adapter knows the provider's wire and nothing of conversations: who the contact is,
//! which session answers and when a message is sent again is decided above.

pub mod backoff;
mod origin;
pub mod telephony;
mod unsendable;
pub mod whatsapp;

pub use origin::origin;
