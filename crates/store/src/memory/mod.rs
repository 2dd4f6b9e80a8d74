//! The store in memory: Spin's behaviour, defects included, faults on demand, and a scheduler that interleaves
//! tasks at every operation. For tests, of this crate and of others.
//!
//! Nothing here sleeps, and the same seed plays the same run.

mod backend;
mod fault;
mod schedule;

pub use backend::{Backend, MemoryKv, MemoryWatch};
pub use fault::{Counts, Fault, Kind, Operation};
pub use schedule::{Random, Scheduler, Task, block_on};
