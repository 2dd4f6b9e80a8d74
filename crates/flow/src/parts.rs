//! Parts of messages that several node types have.

mod approved;
mod button;
mod frame;
mod name;
mod values;

pub(crate) use approved::Approved;
pub(crate) use button::{ButtonPart, read_buttons};
pub(crate) use frame::Frame;
pub(crate) use name::read_name;
pub(crate) use values::{Tree, Values};
