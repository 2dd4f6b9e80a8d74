//! Keys, documents and the optimistic commit protocol over a small key-value trait.
//!
//! What a document holds is for the crates above to say. What a host's store can do, and gets wrong, is
//! kept behind [`Kv`].

pub mod keys;

mod birth;
mod commit;
mod counter;
mod document;
mod format;
mod index;
mod kv;
#[cfg(any(test, feature = "memory"))]
pub mod memory;
mod number;
#[cfg(feature = "spin")]
mod spin;
mod together;

pub use birth::Births;
pub use commit::Change;
pub use document::{Store, StoreError, from_json, to_json};
pub use index::{EnlistError, Entry, Index, Listed, Order};
pub use kv::{Kv, KvError, Swap, Value};
#[cfg(feature = "spin")]
pub use spin::SpinKv;
pub use together::{TOGETHER, together};
