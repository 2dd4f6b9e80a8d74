//! Sealing anew, under a new `secrets_key`, everything that is sealed in the store: the credentials of channel accounts, and
//! the secrets of webhooks.
//!
//! Whoever seals something for a team lists the team first ([`announce`]), since the keys of the store are never listed.

mod list;
mod pass;

pub use list::announce;
pub use pass::{Rotated, Rotation};
