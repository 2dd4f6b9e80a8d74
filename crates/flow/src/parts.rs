//! Parts of messages that several node types have.

mod approved;
mod button;
mod frame;

pub(crate) use approved::Approved;
pub(crate) use button::{ButtonPart, read_buttons};
pub(crate) use frame::Frame;
