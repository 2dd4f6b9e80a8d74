//! `cargo xtask up --stand-in` as a user runs it.

mod killed;
mod killed_in_a_call;
mod readme;
