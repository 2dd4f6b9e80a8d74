//! What several node types have: parts of messages, names, values.

pub(crate) mod address;
mod approved;
mod button;
mod frame;
mod list;
mod media;
mod minutes;
mod name;
mod port_id;
mod values;
mod whole;

pub(crate) use approved::Approved;
#[cfg(feature = "schema")]
pub(crate) use approved::approved_schema;
#[cfg(feature = "schema")]
pub(crate) use button::button_list;
pub(crate) use button::{ButtonPart, read_buttons, warn_of_same_title};
pub(crate) use frame::Frame;
pub(crate) use list::ListPart;
pub(crate) use media::Media;
pub(crate) use minutes::{can_wait, check_minutes};
pub(crate) use name::read_name;
#[cfg(feature = "schema")]
pub(crate) use port_id::port_id;
pub(crate) use port_id::{another_port, read_port_id};
pub(crate) use values::{Tree, Values};
pub(crate) use whole::read_whole;
