//! The inbox over the store in memory: what is found and shown, what is written, and how many keys are read for it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod bodies;
mod cases;
mod customers;
mod described;
mod desk;
mod list;
mod messages;
mod tags;
